/** What there is to say of a finding beyond its sentence: cause, fix with an example, and where to read on. */

import type { FindingView } from '../worker-protocol.js';
import { Icon } from './Icon.js';

interface FindingTextProps {
  readonly finding: FindingView;
  readonly onCopy: (text: string) => void;
}

export function FindingText({ finding, onCopy }: FindingTextProps) {
  const { cause, fix, code, link } = finding;
  return (
    <>
      <p>
        <b>Why</b> {cause}
      </p>
      <p>
        <b>Fix</b> {fix}
      </p>
      <div class="finding-code">
        <pre tabIndex={0}>{code}</pre>
        <button
          type="button"
          class="tool"
          title="Copy the example"
          aria-label="Copy the example"
          onClick={() => onCopy(code)}
        >
          <Icon name="copy" />
        </button>
      </div>
      <p>
        <a href={link} target="_blank" rel="noopener noreferrer">
          {link.replace(/^https:\/\//, '')}
        </a>
      </p>
    </>
  );
}
