/** Makes instrumented copies of extensions: reads a folder or archive, rewrites it, writes the copy. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readArchive } from './archive.js';
import { foldersWithManifest, readDirectory, type DirectoryContents } from './directory.js';
import { InjectError } from './error.js';
import type { SourceFile, Warning } from './files.js';
import { MANIFEST, type ManifestFacts } from './manifest.js';
import { checkOutput, writeOutput } from './output.js';
import { INSTRUMENTATION_FILES, rewriteExtension, type Instrumentation } from './rewrite.js';

export { InjectError } from './error.js';
export { defaultOutput } from './output.js';

/** What to instrument, and where the copy goes. */
export interface InstrumentOptions {
  /** An extension's folder, .xpi or .zip. */
  source: string;
  /** A folder to be made, or an archive when it ends in .xpi or .zip. Must not exist. */
  out: string;
  /** The folder with the built `content-script.js`, `user-script.js` and `extension-page.js`. */
  instrumentation: string;
}

/** What came of it. */
export interface InstrumentReport extends ManifestFacts {
  /** The copy's absolute path. */
  out: string;
  /** What was done, one human line each, such as `content script entry 1: cs.js`. */
  done: string[];
  /** What could not be done, and the file of the extension it is about. */
  warnings: Warning[];
}

/**
 * Writes an instrumented copy of an extension. The source is only read; the copy appears whole or not at all.
 *
 * @throws InjectError when source, instrumentation or output place will not do
 */
export async function instrumentExtension(options: InstrumentOptions): Promise<InstrumentReport> {
  const instrumentation = await readInstrumentation(options.instrumentation);
  const source = await realpath(options.source).catch((cause: unknown) => {
    throw new InjectError(`There is no ${options.source}.`, options.source, { cause });
  });
  const out = await checkOutput(options.out, source);
  const { files, leftOut, warnings } = await readSource(source, options.source);
  const rewrite = rewriteExtension(files, instrumentation);
  for (const path of rewrite.dropped) files.delete(path);
  for (const [path, bytes] of rewrite.files) files.set(path, { read: () => bytes });
  await writeOutput(out, files);
  return {
    ...rewrite.facts,
    out,
    done: [...rewrite.done, ...leftOut.map((path) => `${path} left out`)],
    warnings: [...warnings, ...rewrite.warnings],
  };
}

async function readSource(path: string, shown: string): Promise<DirectoryContents> {
  if ((await stat(path)).isDirectory()) {
    if (!(await stat(join(path, MANIFEST)).catch(() => undefined))) {
      const folders = await foldersWithManifest(path);
      throw noManifest(
        shown,
        folders.map((folder) => join(shown, relative(path, folder))),
      );
    }
    return readDirectory(path);
  }
  const files: Map<string, SourceFile> = readArchive(await readFile(path), shown);
  if (!files.has(MANIFEST)) {
    const inside = [...files.keys()].find((name) => /^[^/]+\/manifest\.json$/.test(name));
    throw inside === undefined
      ? noManifest(shown, [])
      : new InjectError(
          `${shown} holds the extension in a folder (${inside}); unpack it and give that folder.`,
          shown,
        );
  }
  return { files, leftOut: [], warnings: [] };
}

function noManifest(source: string, folders: readonly string[]): InjectError {
  const suggestion =
    folders.length === 0
      ? "Give the folder (or the packed .xpi, .zip) that holds the extension's manifest."
      : `Did you mean ${folders.slice(0, 5).join(' or ')}?`;
  return new InjectError(`${source} has no ${MANIFEST}. ${suggestion}`, source);
}

async function readInstrumentation(folder: string): Promise<Instrumentation> {
  const texts = await Promise.all(
    INSTRUMENTATION_FILES.map(async (name) => {
      const path = join(folder, name);
      const text = await readFile(path, 'utf8').catch((cause: unknown) => {
        throw new InjectError(
          `The built instrumentation is missing (${path}); run \`npm run build\`.`,
          path,
          { cause },
        );
      });
      return [name, text] as const;
    }),
  );
  return Object.fromEntries(texts) as Instrumentation;
}
