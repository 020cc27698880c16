/**
 * The rule engine: what went wrong in a recording, why, and what to change. Pure, as the model is. Each rule is listed
 * in docs/findings.md.
 */

import type { Row } from '../types.js';
import { collect } from './collect.js';
import { gather } from './evidence.js';
import { RULES } from './rules/index.js';
import { Traffic, type TrafficSource } from './traffic.js';
import type { Finding, FindingSource } from './types.js';

export { TITLES } from './texts.js';
export type { Finding, FindingSource, RuleId, Severity, Subject } from './types.js';

export class Findings {
  readonly #source: FindingSource;
  readonly #traffic: Traffic;

  constructor(source: FindingSource & TrafficSource) {
    this.#source = source;
    this.#traffic = new Traffic(source);
  }

  /** Takes the rows in that have changed; as {@link Traffic.update}. */
  update(rows: readonly Row[], rowsFrom: number, until?: number): boolean {
    return this.#traffic.update(rows, rowsFrom, until);
  }

  /** Takes one more row in, the next in order of time. */
  take(row: Row): void {
    this.#traffic.take(row);
  }

  /**
   * @param now epoch milliseconds at which it is judged what has not happened yet
   * @returns errors first, then warnings; each kind in order of time
   */
  judge(now: number): readonly Finding[] {
    const evidence = gather(this.#source, this.#traffic, now);
    return collect(RULES.flatMap((rule) => [...rule(evidence)]));
  }
}
