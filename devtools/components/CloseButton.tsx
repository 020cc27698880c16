/** The cross that closes, dismisses or takes away what it stands in. */

import { text } from '../../src/texts/index.js';
import { Icon } from './Icon.js';

interface CloseButtonProps {
  /** What it does, and to what: its accessible name. */
  readonly label: string;
  readonly title?: string;
  readonly onClick: () => void;
}

/** @param title that Escape does the same, when not given */
export function CloseButton({
  label,
  title = text('close_button_title'),
  onClick,
}: CloseButtonProps) {
  return (
    <button type="button" class="tool" title={title} aria-label={label} onClick={onClick}>
      <Icon name="close" />
    </button>
  );
}
