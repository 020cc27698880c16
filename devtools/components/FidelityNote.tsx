/** A line where what is shown is not quite what it would be without the instrumentation, and all that is known of that. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';

interface FidelityNoteProps {
  readonly children: ComponentChildren;
}

export function FidelityNote({ children }: FidelityNoteProps) {
  const [page, setPage] = useState<string | null>(null);

  async function toggle(): Promise<void> {
    setPage(page === null ? (await import('../../docs/fidelity.md?raw')).default : null);
  }

  return (
    <>
      <p class="fidelity quiet">
        {children}{' '}
        <button
          type="button"
          class="text-button"
          aria-expanded={page !== null}
          onClick={() => void toggle()}
        >
          {text('fidelity_note_more')}
        </button>
      </p>
      {page !== null && (
        <pre class="payload-text" tabIndex={0}>
          {page}
        </pre>
      )}
    </>
  );
}
