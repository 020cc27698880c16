/** Reads and writes extensions as .xpi or .zip archives. */
import { crc32 } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { InjectError } from './error.js';
import type { ExtensionFiles, SourceFile } from './files.js';

/** Bytes an archive may unpack to; beyond it is taken for a zip bomb. Far above any published extension. */
const UNPACKED_BYTES = 1024 ** 3;

/** Entries an archive may have. */
const ENTRIES = 100_000;

/** Archives carry a time for each entry; a fixed one makes equal copies equal byte for byte. */
const ENTRY_TIME = new Date(2000, 0, 1);

/**
 * @param bytes the archive's bytes
 * @param file what to call the archive in errors
 * @throws InjectError when it is not a zip archive, is damaged, has an entry that points outside the package or
 *   is not what the archive says it is, or unpacks to more than 1 GiB
 */
export function readArchive(bytes: Uint8Array, file: string): Map<string, SourceFile> {
  const names = new Set<string>();
  /** By name, as the archive says. */
  const sums = new Map<string, number>();
  let index = 0;
  let unpacked = 0;
  let entries: Record<string, Uint8Array>;
  try {
    const listed = checksums(bytes);
    entries = unzipSync(bytes, {
      filter({ name, originalSize }) {
        const sum = listed[index];
        index += 1;
        const isFolder = name.endsWith('/');
        refuseUnsafe(isFolder ? name.slice(0, -1) : name, file);
        unpacked += originalSize;
        if (unpacked > UNPACKED_BYTES || names.size >= ENTRIES) {
          throw new InjectError(
            `${file} unpacks to more than an extension can be (1 GiB, ${ENTRIES.toLocaleString('en')} files); it was not unpacked.`,
            file,
          );
        }
        if (isFolder) return false;
        if (names.has(name)) {
          throw new InjectError(`${file} has two entries named ${name}; pack it again.`, name);
        }
        names.add(name);
        if (sum !== undefined) sums.set(name, sum);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof InjectError) throw cause;
    throw new InjectError(
      `${file} is not a zip archive, or is damaged (${(cause as Error).message}). Give an extension's folder, .xpi or .zip.`,
      file,
      { cause },
    );
  }
  const files = new Map<string, SourceFile>();
  for (const name of names) {
    const content = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (!content)
      throw new InjectError(`${file} has an entry named ${name}, which cannot be read.`, name);
    // An entry that is longer than it says comes out cut off; one that is encrypted, as noise.
    if (crc32(content) !== sums.get(name)) {
      throw new InjectError(
        `${file} has an entry named ${name}, which is not what the archive says it is: it is damaged, encrypted, or made to mislead. Pack it again.`,
        name,
      );
    }
    files.set(name, { read: () => content });
  }
  return files;
}

/**
 * @returns the entries' checksums in the order of the archive's directory, as far as they can be found
 *
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16
 */
function checksums(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sums: number[] = [];
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) return sums;
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50) {
    sums.push(view.getUint32(at + 16, true));
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    at += lengths.reduce((sum, length) => sum + length, 46);
  }
  return sums;
}

/** Only plain relative paths may come out of an archive: nothing that could land outside a folder. */
function refuseUnsafe(name: string, file: string): void {
  const unsafe =
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    /[\\\u0000-\u001f\u007f]/.test(name) ||
    /^[a-z]:/i.test(name) ||
    name.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (unsafe) {
    throw new InjectError(
      `${file} has an entry named ${JSON.stringify(name)}, which is not a plain path inside the extension; nothing was unpacked.`,
      name,
    );
  }
}

/** @returns a zip archive of the files */
export function packArchive(files: ExtensionFiles): Uint8Array {
  return zipSync(Object.fromEntries([...files].map(([path, file]) => [path, file.read()])), {
    mtime: ENTRY_TIME,
  });
}
