/** What would not work in Chrome, whose extensions' messages are JSON of 64 MiB at most. */

import { text } from '../../../texts/index.js';
import type { Evidence } from '../evidence.js';
import type { Sighting } from '../types.js';

const CHROME_BYTES = 64 * 1024 * 1024;

/** @returns one sighting a stream and rule */
export function* chromeRules(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    const { extension, connection, name, type, toward, marks } = stream;
    const base = {
      extension,
      connection,
      what: `${name} ${toward ?? ''} ${type ?? ''}`,
    };
    const facts = {
      name: connection === null ? name : text('finding_fact_port', { name }),
      type: type === null ? '' : ` ${text('finding_fact_type', { type })}`,
    };
    const rich = marks.get('rich') ?? [];
    if (rich[0] !== undefined) {
      const kinds = new Set(rich.flatMap(({ text }) => text.split(', ')));
      yield {
        ...base,
        rule: 'chrome-json',
        severity: 'info',
        cause: 'json',
        at: rich[0].at,
        about: rich.map(({ subject }) => subject),
        count: rich.length,
        facts: { ...facts, kinds: [...kinds].sort().join(', ') },
      };
    }
    const beyond = (marks.get('large') ?? []).filter(({ value }) => value > CHROME_BYTES);
    if (beyond[0] !== undefined) {
      yield {
        ...base,
        rule: 'chrome-limit',
        severity: 'warning',
        cause: 'limit',
        at: beyond[0].at,
        about: beyond.map(({ subject }) => subject),
        count: beyond.length,
        facts: { ...facts, size: (beyond[0].value / 1024 / 1024).toFixed(0) },
      };
    }
  }
}
