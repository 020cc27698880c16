/** Writes a trace so that a file of that name is either whole or not there. */
import { createWriteStream } from 'node:fs';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from './failure.js';
import { atExit } from './firefox/processes.js';
import type { TraceLine } from '../protocol/index.js';

/** Lines joined into one write. */
const LINES_A_WRITE = 500;

export class TraceFile {
  readonly path: string;
  readonly #partial: string;
  readonly #forget: () => void;

  private constructor(path: string, partial: string) {
    this.path = path;
    this.#partial = partial;
    this.#forget = atExit(() => rmSync(partial, { force: true }));
  }

  /**
   * Makes sure, before anything else is done, that the trace can be written.
   *
   * @throws Failure that says what is in the way
   */
  static async reserve(out: string): Promise<TraceFile> {
    const path = resolve(out);
    await assertWritable(path);
    const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
    try {
      await (await open(partial, 'wx')).close();
    } catch (error) {
      throw new Failure(`${out} cannot be written: ${String((error as Error).message)}`);
    }
    return new TraceFile(path, partial);
  }

  /** Writes the lines, then puts the file in place of any that was there before. */
  async write(lines: Iterable<TraceLine>): Promise<void> {
    await pipeline(Readable.from(chunks(lines)), createWriteStream(this.#partial));
    await rename(this.#partial, this.path);
    this.#forget();
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await rm(this.#partial, { force: true });
    this.#forget();
  }
}

/**
 * @param path absolute path of a file to be written
 * @throws Failure when its folder is missing or read-only, or when it is a folder itself
 */
export async function assertWritable(path: string): Promise<void> {
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) throw new Failure(`${path} is a folder; name a file in it.`);
  const folder = dirname(path);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new Failure(`${path} cannot be written: the folder ${folder} does not exist.`);
  }
  const target = existing ? path : folder;
  await access(target, constants.W_OK).catch(() => {
    throw new Failure(`${path} cannot be written: ${target} is write-protected.`);
  });
}

function* chunks(lines: Iterable<TraceLine>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(`${JSON.stringify(line)}\n`);
    if (chunk.length === LINES_A_WRITE) {
      yield chunk.join('');
      chunk = [];
    }
  }
  yield chunk.join('');
}
