/** A finding's severity, by shape as well as by colour. */

import { text } from '../../src/texts/index.js';
import type { Severity } from '../worker-protocol.js';

const WORDS = {
  error: 'severity_error',
  warning: 'severity_warning',
  info: 'severity_info',
} as const;

/** An octagon, a triangle, a disc: told apart without colour. */
const PATHS: Readonly<Record<Severity, string>> = {
  error:
    'M5.300 1.500h5.400l3.800 3.800v5.400l-3.800 3.800H5.300l-3.800-3.800V5.300zM7.250 4v5h1.500V4zm0 6.200v1.600h1.500v-1.600z',
  warning: 'M8 2l6.500 11.500h-13zM7.250 6v4h1.500V6zm0 5v1.400h1.500V11z',
  info: 'M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM7.250 4h1.500v1.600h-1.500zm0 2.900h1.500V12h-1.500z',
};

/** @param title what it says; its own word when not given */
export function FindingMark({
  severity,
  title = text(WORDS[severity]),
}: {
  readonly severity: Severity;
  readonly title?: string;
}) {
  return (
    <span class={`finding-mark ${severity}`} role="img" aria-label={title} title={title}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path fill-rule="evenodd" d={PATHS[severity]} />
      </svg>
    </span>
  );
}
