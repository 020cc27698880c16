/** A folder into which Firefox downloads without asking. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollUntil } from './poll.js';

export class Downloads {
  readonly #folder = mkdtempSync(join(tmpdir(), 'porthole-downloads-'));

  /** Preferences that make Firefox download into it. */
  get prefs(): Readonly<Record<string, string | number | boolean>> {
    return {
      'browser.download.folderList': 2,
      'browser.download.dir': this.#folder,
      'browser.download.useDownloadDir': true,
    };
  }

  /** The one trace that has been downloaded, once it is whole. */
  async trace(): Promise<string> {
    const [file = ''] = await pollUntil(
      'the exported trace',
      async () => this.#whole(),
      ({ length }) => length === 1,
      10_000,
    );
    return readFileSync(file, 'utf8');
  }

  /** Firefox writes beside an empty file of the download's name, and then puts that in its place. */
  #whole(): string[] {
    const names = readdirSync(this.#folder);
    if (names.some((name) => name.endsWith('.part'))) return [];
    return names
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => join(this.#folder, name))
      .filter((path) => statSync(path).size > 0);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
