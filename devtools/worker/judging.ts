/** What a session has of findings: none until everything stored has been read, then what {@link FindingsKeeper} keeps. */

import type { Model } from '../../src/model/index.js';
import type { Row } from '../../src/model/types.js';
import type {
  FindingCounts,
  FindingView,
  FromSession,
  Severity,
  ToSession,
} from '../worker-protocol.js';
import type { IsFound } from '../../src/model/findings/index.js';
import type { FindingsKeeper } from './findings-keeper.js';

export class Judging {
  readonly #load: () => typeof FindingsKeeper;
  readonly #post: (message: FromSession) => void;
  readonly #changed: () => void;
  #keeper: FindingsKeeper | null = null;
  #silenced: readonly string[] = [];
  /** The panel shows the list. */
  #isWanted = false;

  /**
   * @param load brings the rules
   * @param post takes the list while the panel shows it
   * @param changed called when there are other findings than before
   */
  constructor(
    load: () => typeof FindingsKeeper,
    post: (message: FromSession) => void,
    changed: () => void,
  ) {
    this.#load = load;
    this.#post = post;
    this.#changed = changed;
  }

  /** From now on: what is judged while a long recording loads would be judged again and again. */
  begin(model: Model): void {
    this.#keeper ??= new (this.#load())(model, this.#silenced, () => {
      this.#changed();
      this.#tell();
    });
  }

  /** Takes what the panel says of findings. */
  receive(message: Extract<ToSession, { type: 'silence' | 'findings' }>): void {
    if (message.type === 'silence') {
      this.#silenced = message.silenced;
      this.#keeper?.silence(message.silenced);
    } else {
      this.#isWanted = message.wanted;
      this.#tell();
    }
  }

  /** Another model is read from now on; or the same one, emptied. */
  replace(model: Model): void {
    this.#keeper?.replace(model);
  }

  /** @param rowsFrom index of the first row that has changed in the model */
  read(rowsFrom: number): void {
    this.#keeper?.read(rowsFrom);
  }

  /** Null until all that was stored has been judged. */
  get counts(): FindingCounts | null {
    return this.#keeper?.counts ?? null;
  }

  /** @returns the findings about a row, the gravest first, without those that are silenced */
  about(row: Row): readonly FindingView[] {
    return this.#keeper?.about(row) ?? [];
  }

  /** @returns the severity of the gravest finding about a row, if there is one */
  severityOf(row: Row): Severity | undefined {
    return this.#keeper?.severityOf(row);
  }

  readonly isFound: IsFound = (row, rule) => this.#keeper?.isFound(row, rule) ?? false;

  #tell(): void {
    if (this.#isWanted) this.#post({ type: 'findings', findings: this.#keeper?.views ?? [] });
  }
}
