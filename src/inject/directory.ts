/** Reads and writes extensions as folders. */
import { constants, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { InjectError } from './error.js';
import type { ExtensionFiles, SourceFile, Warning } from './files.js';
import { MANIFEST } from './manifest.js';

/** Version control keeps its history here; no extension needs it. */
const LEFT_OUT = new Set(['.git', '.hg', '.svn']);

/** Folders one extension may have: links between folders can multiply them beyond any disk. */
const FOLDERS = 10_000;

/** Files copied at a time. */
const PARALLEL = 16;

/** A folder's files, and what of it could not be taken. */
export interface DirectoryContents {
  files: Map<string, SourceFile>;
  /** Version control folders, which are not copied. */
  leftOut: string[];
  warnings: Warning[];
}

/**
 * Lists a folder; files are read when asked for. Links to places inside the folder are followed; links that
 * lead out of it are left out with a warning, as Firefox would not load them either.
 *
 * @param root the folder, a real path
 * @throws InjectError when it has more folders than an extension can have
 */
export async function readDirectory(root: string): Promise<DirectoryContents> {
  const contents: DirectoryContents = { files: new Map(), leftOut: [], warnings: [] };
  await walk(root, '', [root], contents, { folders: 0 });
  return contents;
}

async function walk(
  root: string,
  prefix: string,
  above: readonly string[],
  contents: DirectoryContents,
  seen: { folders: number },
): Promise<void> {
  const folder = above.at(-1)!;
  seen.folders += 1;
  if (seen.folders > FOLDERS) {
    throw new InjectError(
      `${root} has more than ${FOLDERS.toLocaleString('en')} folders, links followed; give the folder that holds the extension alone.`,
      prefix,
    );
  }
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = prefix + entry.name;
    const warn = (message: string): void => void contents.warnings.push({ file: path, message });
    let target = join(folder, entry.name);
    let kind: { isDirectory(): boolean; isFile(): boolean } = entry;
    if (entry.isSymbolicLink()) {
      try {
        target = await realpath(target);
        kind = await stat(target);
      } catch {
        warn('is a link that leads nowhere; left out');
        continue;
      }
      if (!isInside(target, root)) {
        warn(`is a link that leads out of the extension, to ${target}; left out`);
        continue;
      }
    }
    if (kind.isDirectory()) {
      if (LEFT_OUT.has(entry.name)) contents.leftOut.push(path);
      else if (above.includes(target)) warn('is a link to a folder that contains it; left out');
      else await walk(root, `${path}/`, [...above, target], contents, seen);
    } else if (kind.isFile()) {
      contents.files.set(path, { read: () => readFileSync(target), diskPath: target });
    } else {
      warn('is not a regular file; left out');
    }
  }
}

/** @returns whether a path is `folder` or lies in it; both real paths */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^(?:[a-z]:|[\\/])/i.test(way);
}

/**
 * @param root a folder without a manifest of its own
 * @returns folders at most two levels below it that have one, for a suggestion
 */
export async function foldersWithManifest(root: string, depth = 2): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'node_modules' || LEFT_OUT.has(entry.name)) continue;
    const folder = join(root, entry.name);
    const files = await readdir(folder).catch((): string[] => []);
    if (files.includes(MANIFEST)) found.push(folder);
    else if (depth > 1)
      found.push(...(await foldersWithManifest(folder, depth - 1).catch(() => [])));
  }
  return found;
}

/**
 * Writes files under an existing, empty folder.
 *
 * @param root where to
 * @param files what lies on disk already is copied there without being read
 */
export async function writeDirectory(root: string, files: ExtensionFiles): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(root, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const waiting = files.entries();
  const work = async (): Promise<void> => {
    for (const [path, file] of waiting) {
      const target = join(root, path);
      // Where two names differ only in what this file system does not tell apart, neither may be lost.
      if (file.diskPath === undefined) await writeFile(target, file.read(), { flag: 'wx' });
      else await copyFile(file.diskPath, target, constants.COPYFILE_EXCL);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
