/** What there is to say of a finding beyond its sentence: cause, fix with an example, and where to read on. */

import { text } from '../../src/texts/index.js';
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
        <b>{text('finding_text_why')}</b> {cause}
      </p>
      <p>
        <b>{text('finding_text_fix')}</b> {fix}
      </p>
      <div class="finding-code">
        <pre tabIndex={0}>{code}</pre>
        <button
          type="button"
          class="tool"
          title={text('finding_text_copy')}
          aria-label={text('finding_text_copy')}
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
