/** Findings as plain text, for terminals. */

import type { Finding, Severity } from './types.js';

const NOUNS: Readonly<Record<Severity, readonly [one: string, more: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['hint', 'hints'],
};

/** @returns for instance `3 findings: 1 error, 2 hints`; `no findings` */
export function findingsSummary(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no findings';
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${NOUNS[severity][count === 1 ? 0 : 1]}`];
  });
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}

/**
 * @param origin epoch milliseconds that times count from
 * @returns what was seen, why, and what to change, some lines each
 */
export function findingLines(findings: readonly Finding[], origin: number): readonly string[] {
  return findings.flatMap(({ severity, rule, at, count, message, cause, fix, link }) => {
    const time = `${((at - origin) / 1000).toFixed(3)}s`;
    const times = count === 1 ? '' : `, ${count} times`;
    return [
      `${severity === 'info' ? 'hint' : severity}: ${message}`,
      `    why: ${cause}`,
      `    fix: ${fix}`,
      `    ${rule}, first at ${time}${times}; ${link}`,
    ];
  });
}
