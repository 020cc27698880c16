/** Findings in the terminal: how many, then each with its cause and fix. */
import { findingLines, findingsSummary, type Finding } from '../model/index.js';
import type { Terminal } from './terminal.js';

/**
 * Prints nothing when there are none.
 *
 * @param origin epoch milliseconds that times count from
 */
export function printFindings(
  findings: readonly Finding[],
  origin: number,
  terminal: Terminal,
): void {
  if (findings.length === 0) return;
  terminal.out('');
  terminal.out(findingsSummary(findings));
  for (const line of findingLines(findings, origin)) terminal.out(line);
}
