/** In the toolbar: how many findings there are, by severity. Opens and closes their list. */

import { counted, formatCount, text } from '../../src/texts/index.js';
import type { FindingCounts, Severity } from '../worker-protocol.js';
import type { Signal } from '@preact/signals';
import css from '../styles/findings.css?inline';
import { FindingMark } from './FindingMark.js';

interface FindingsChipProps {
  readonly counts: FindingCounts;
  /** Whether the list is. */
  readonly open: Signal<boolean>;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

const COUNTED = {
  error: 'findings_chip_error',
  warning: 'findings_chip_warning',
  info: 'findings_chip_info',
} as const;

export function FindingsChip({ counts, open }: FindingsChipProps) {
  if (counts.error + counts.warning + counts.info + counts.silenced === 0) return null;
  const there = SEVERITIES.filter((severity) => counts[severity] > 0);
  const words = there.map((severity) => counted(COUNTED[severity], counts[severity]));
  if (counts.silenced > 0) words.push(counted('findings_silenced', counts.silenced));
  return (
    <button
      type="button"
      class="text-button findings-chip"
      aria-expanded={open.value}
      title={text('findings_chip_title', { counts: words.join(', ') })}
      onClick={() => {
        open.value = !open.value;
      }}
    >
      <style>{css}</style>
      <span class="hidden-text">{text('findings')}: </span>
      {there.map((severity) => (
        <span key={severity} class="finding-count">
          <FindingMark severity={severity} />
          {formatCount(counts[severity])}
        </span>
      ))}
      {there.length === 0 && (
        <span class="quiet">{counted('findings_silenced', counts.silenced)}</span>
      )}
    </button>
  );
}
