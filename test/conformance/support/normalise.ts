/** Takes out of a log what differs between any two extensions: ids and addresses. */
import { VARIANTS } from './hosts.js';

/**
 * @param hosts the extensions' hosts in `moz-extension://`
 */
export function normalise(line: string, hosts: readonly string[]): string {
  let text = line;
  for (const host of hosts) text = text.replaceAll(host, 'HOST');
  for (const variant of VARIANTS) {
    text = text
      .replaceAll(`-${variant}@conformance`, '-VARIANT@conformance')
      .replaceAll(`/${variant}/`, '/VARIANT/');
  }
  return text
    .replace(
      /\b(contextId|tabId|documentId|windowId|id|index|openerTabId): (?:\d+|"[0-9a-f-]{36}")/g,
      '$1: ID',
    )
    .replace(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replace(/\blastAccessed: \d+/g, 'lastAccessed: TIME');
}

/** Both logs, lines that only one has marked with their variant. */
export function readableDiff(bare: readonly string[], instrumented: readonly string[]): string {
  // Longest common subsequence, of logs of a few dozen lines.
  const common = Array.from({ length: bare.length + 1 }, () =>
    Array.from({ length: instrumented.length + 1 }, () => 0),
  );
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = bare.length - 1; i >= 0; i -= 1) {
    for (let j = instrumented.length - 1; j >= 0; j -= 1) {
      (common[i] as number[])[j] =
        bare[i] === instrumented[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < bare.length || j < instrumented.length) {
    if (i < bare.length && j < instrumented.length && bare[i] === instrumented[j]) {
      lines.push(`                ${String(bare[i])}`);
      i += 1;
      j += 1;
    } else if (j >= instrumented.length || (i < bare.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`  bare          ${String(bare[i])}`);
      i += 1;
    } else {
      lines.push(`  instrumented  ${String(instrumented[j])}`);
      j += 1;
    }
  }
  return lines.join('\n');
}
