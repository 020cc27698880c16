/** In the details of a row: the findings about it. */

import type { FindingView } from '../worker-protocol.js';
import { FindingMark } from './FindingMark.js';
import { FindingText } from './FindingText.js';

interface FindingNotesProps {
  readonly findings: readonly FindingView[];
  readonly onCopy: (text: string) => void;
}

export function FindingNotes({ findings, onCopy }: FindingNotesProps) {
  return (
    <>
      {findings.map((finding) => (
        <details key={finding.key} class={`finding-note ${finding.severity}`}>
          <summary>
            <FindingMark severity={finding.severity} />
            {finding.message}
          </summary>
          <FindingText finding={finding} onCopy={onCopy} />
        </details>
      ))}
    </>
  );
}
