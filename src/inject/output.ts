/** Where an instrumented copy goes, and that it appears there whole or not at all. */
import { mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { packArchive } from './archive.js';
import { isInside, writeDirectory } from './directory.js';
import { InjectError } from './error.js';
import type { ExtensionFiles } from './files.js';

const ARCHIVE_NAME = /\.(?:xpi|zip)$/i;

/**
 * @param source an extension's folder or archive; need not exist
 * @returns where its instrumented copy goes unless somebody says otherwise: beside it, `-porthole` added to the
 *   name, an archive for an archive
 */
export async function defaultOutput(source: string): Promise<string> {
  const path = resolve(source);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true
    ? `${path.replace(ARCHIVE_NAME, '')}-porthole.xpi`
    : `${path}-porthole`;
}

/**
 * @param out where the copy shall go
 * @param source the source's real path
 * @returns the absolute place
 * @throws InjectError when the place is taken, lies in the source, or is in no folder
 */
export async function checkOutput(out: string, source: string): Promise<string> {
  const path = resolve(out);
  const parent = await realpath(dirname(path)).catch(() => undefined);
  if (parent === undefined) {
    throw new InjectError(
      `There is no folder ${dirname(path)} to write ${basename(path)} into.`,
      path,
    );
  }
  const place = join(parent, basename(path));
  if (isInside(place, source)) {
    throw new InjectError(
      `${path} lies in the extension itself, which must stay as it is; choose another place with --out.`,
      path,
    );
  }
  if (await stat(place).catch(() => undefined)) {
    throw new InjectError(
      `${path} exists already; delete it or choose another place with --out.`,
      path,
    );
  }
  return path;
}

/**
 * Writes a folder, or an archive when the name says so. The work is done in a temporary folder beside it, which
 * is gone afterwards whatever happens.
 *
 * @param out a place that {@link checkOutput} has passed
 * @throws InjectError when the file system refuses
 */
export async function writeOutput(out: string, files: ExtensionFiles): Promise<void> {
  let workshop: string | undefined;
  try {
    workshop = await mkdtemp(join(dirname(out), '.porthole-'));
    const draft = join(workshop, basename(out));
    if (ARCHIVE_NAME.test(out)) {
      await writeFile(draft, packArchive(files));
    } else {
      await mkdir(draft);
      await writeDirectory(draft, files);
    }
    await rename(draft, out);
  } catch (cause) {
    throw new InjectError(
      `Cannot write ${out}: ${(cause as Error).message}. Choose another place with --out.`,
      out,
      { cause },
    );
  } finally {
    if (workshop !== undefined) await rm(workshop, { recursive: true, force: true });
  }
}
