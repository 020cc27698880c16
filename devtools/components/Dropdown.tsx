/** A toolbar button with a box below it, which goes when the focus leaves it or with Escape. */

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './Icon.js';

interface DropdownProps {
  /** Of the box's element. */
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  /** @param close puts the focus back on the button */
  readonly children: (close: () => void) => ComponentChildren;
}

export function Dropdown({ id, icon, label, children }: DropdownProps) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      ref={whole}
      class="dropdown"
      onFocusOut={({ relatedTarget }) => {
        if (!whole.current?.contains(relatedTarget as Node | null)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class="tool"
        aria-expanded={open}
        aria-controls={id}
        title={label}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {/* It can have the focus so that a click on its text does not take the focus out of it. */}
      {open && (
        <div id={id} class="dropdown-box" role="group" aria-label={label} tabIndex={-1}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
