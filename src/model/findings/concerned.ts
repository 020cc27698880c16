/** Which rows findings are about. */

import { rowKey } from '../row-key.js';
import type { Row } from '../types.js';
import type { Finding, RuleId, Subject } from './types.js';

/** Tells whether a finding, or one of the rule, is about the row. */
export type IsFound = (row: Row, rule?: RuleId) => boolean;

/** @returns the key of the subject's row, as `rowKey` has it */
export function subjectKey({ kind, key }: Subject): string {
  return `${kind} ${key}`;
}

/** Answers quickly, for each row of a table. */
export class Concerned {
  readonly #byRow = new Map<string, Finding[]>();

  constructor(findings: Iterable<Finding>) {
    for (const finding of findings) {
      for (const subject of finding.about) {
        const key = subjectKey(subject);
        const others = this.#byRow.get(key);
        if (others === undefined) this.#byRow.set(key, [finding]);
        else others.push(finding);
      }
    }
  }

  /** @returns whether a finding, or one of the rule, names the row */
  readonly has: IsFound = (row, rule) =>
    this.by(row).some((finding) => rule === undefined || finding.rule === rule);

  /** @returns the findings that name the row, the gravest first */
  by(row: Row): readonly Finding[] {
    return this.#byRow.size === 0 ? [] : (this.#byRow.get(rowKey(row)) ?? []);
  }
}
