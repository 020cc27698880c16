/** In the toolbar: how many findings there are, by severity. Opens and closes their list. */

import { formatCount, formatNoun } from '../arithmetic/format.js';
import type { FindingCounts, Severity } from '../worker-protocol.js';
import type { Signal } from '@preact/signals';
import css from '../styles/findings.css?inline';
import { FindingMark, SEVERITY_WORDS } from './FindingMark.js';

interface FindingsChipProps {
  readonly counts: FindingCounts;
  /** Whether the list is. */
  readonly open: Signal<boolean>;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

export function FindingsChip({ counts, open }: FindingsChipProps) {
  if (counts.error + counts.warning + counts.info + counts.silenced === 0) return null;
  const there = SEVERITIES.filter((severity) => counts[severity] > 0);
  const words = there.map((severity) => formatNoun(counts[severity], SEVERITY_WORDS[severity]));
  if (counts.silenced > 0) words.push(`${formatCount(counts.silenced)} silenced`);
  return (
    <button
      type="button"
      class="text-button findings-chip"
      aria-expanded={open.value}
      title={`Findings: ${words.join(', ')}`}
      onClick={() => {
        open.value = !open.value;
      }}
    >
      <style>{css}</style>
      <span class="hidden-text">Findings: </span>
      {there.map((severity) => (
        <span key={severity} class="finding-count">
          <FindingMark severity={severity} />
          {formatCount(counts[severity])}
        </span>
      ))}
      {there.length === 0 && <span class="quiet">{formatCount(counts.silenced)} silenced</span>}
    </button>
  );
}
