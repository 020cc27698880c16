/** A list that opens between the toolbar and the table: what it is of, what can be done with it, and a way to close it. */

import type { ComponentChildren } from 'preact';
import css from '../styles/drawer.css?inline';
import { CloseButton } from './CloseButton.js';

interface DrawerProps {
  /** Also the class of the whole. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly closeLabel: string;
  readonly buttons: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly onClose: () => void;
}

export function Drawer(props: DrawerProps) {
  const { name, title, about, closeLabel, buttons, children, onKeyDown, onClose } = props;
  return (
    <section class={`drawer ${name}`} aria-label={title} onKeyDown={onKeyDown}>
      <style>{css}</style>
      <div class="drawer-head">
        <h2>{title}</h2>
        <span class="quiet drawer-about">{about}</span>
        {buttons}
        <CloseButton label={closeLabel} onClick={onClose} />
      </div>
      {children}
    </section>
  );
}
