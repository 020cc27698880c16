/** What every part of the bench is given, and gives. */
import type { Sections } from './figures.js';
import type { Firefoxes } from './firefoxes.js';

/** What a part is run with. */
export interface Bench {
  /** Folder of the built extension. */
  readonly build: string;
  /** An empty folder, of this part alone. */
  readonly folder: string;
  readonly quick: boolean;
  readonly firefoxes: Firefoxes;
  /** Told of Firefox's version. */
  onFirefox(version: string): void;
  /** Told, for people, what is being done. */
  say(what: string): void;
}

/** What a part measured. */
export interface Measured {
  readonly sections: Sections;
  readonly rounds: unknown;
  /** Why figures are void, for people. */
  readonly notes: readonly string[];
}
