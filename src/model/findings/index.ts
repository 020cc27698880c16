/**
 * The rule engine: what went wrong in a recording, why, and what to change. Pure, as the model is. Each rule is listed
 * in docs/findings.md.
 */

import type { Model } from '../model.js';
import type { Rows } from '../types.js';
import { collect } from './collect.js';
import { gather } from './evidence.js';
import { RULES } from './rules/index.js';
import { Traffic } from './traffic.js';
import type { Finding, FindingSource } from './types.js';

export { Concerned, subjectKey, type IsFound } from './concerned.js';
export { findingLines, findingsSummary } from './lines.js';
export { titleOf } from './texts.js';
export type { Finding, FindingSource, RuleId, Severity, Subject } from './types.js';

export class Findings {
  readonly #source: FindingSource;
  readonly #traffic: Traffic;

  constructor(source: FindingSource) {
    this.#source = source;
    this.#traffic = new Traffic(source);
  }

  /** Takes the rows in that have changed; as {@link Traffic.update}. */
  update(rows: Rows, rowsFrom: number, until?: number): boolean {
    return this.#traffic.update(rows, rowsFrom, until);
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

/** @returns the findings of a recording that is complete */
export function findingsOf(
  model: FindingSource & Pick<Model, 'rows'>,
  now: number,
): readonly Finding[] {
  const findings = new Findings(model);
  findings.update(model.rows, 0);
  return findings.judge(now);
}
