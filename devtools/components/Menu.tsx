/** A menu at a place: opened by a button, a right click or the menu key, and left again without a trace. */

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { lineForKey } from '../arithmetic/list-keys.js';
import css from '../styles/menu.css?inline';

export interface MenuItem {
  readonly label: string;
  readonly title?: string;
  /** Of what is on or off. */
  readonly checked?: boolean;
  /** What is drawn in the place of the label. */
  readonly content?: ComponentChildren;
  readonly act: () => void;
}

/** In CSS pixels of the panel; it is moved where it has room. */
export interface MenuPlace {
  readonly left: number;
  readonly top: number;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly at: MenuPlace;
  /** Px. */
  readonly width?: number;
  /** Gives the focus back to what the menu was opened from. */
  readonly onClose: () => void;
}

const WIDTH = 220;
const LINE = 22;

/** @returns where a menu for this event stands; `line` is what the keyboard is at */
export function menuPlace(event: MouseEvent, line: Element | null): MenuPlace {
  const box = line?.getBoundingClientRect();
  // The menu key's event has the place of the whole list, or none.
  const byMouse = event.button === 2 && event.target instanceof Element;
  return byMouse && event.clientX + event.clientY > 0
    ? { left: event.clientX, top: event.clientY }
    : { left: (box?.left ?? 0) + 24, top: box?.bottom ?? 0 };
}

export function Menu({ label, items, at, width = WIDTH, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    menu.current?.querySelector<HTMLElement>('button')?.focus();
  }, []);

  function onKeyDown(pressed: KeyboardEvent): void {
    const entries = [...(menu.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const from = entries.indexOf(document.activeElement as HTMLElement);
    const next = lineForKey(pressed.key, from, entries.length, entries.length);
    if (pressed.key === 'Escape' || pressed.key === 'Tab') onClose();
    else if (pressed.key === 'Enter' || pressed.key === ' ') entries[from]?.click();
    else if (next !== null) entries[(next + entries.length) % entries.length]?.focus();
    else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  const height = items.length * LINE + 10;
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      aria-label={label}
      style={{
        left: `${Math.max(0, Math.min(at.left, innerWidth - width - 4))}px`,
        top: `${Math.max(0, Math.min(at.top, innerHeight - height - 4))}px`,
        width: `${width}px`,
      }}
      onKeyDown={onKeyDown}
      onFocusOut={({ relatedTarget }) => {
        if (!menu.current?.contains(relatedTarget as Node | null)) onClose();
      }}
    >
      <style>{css}</style>
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
          aria-checked={item.checked}
          tabIndex={-1}
          title={item.title}
          onClick={(event) => {
            event.stopPropagation();
            onClose();
            item.act();
          }}
        >
          {item.checked !== undefined && (
            <span class="check" aria-hidden="true">
              {item.checked ? '✓' : ''}
            </span>
          )}
          {item.content ?? item.label}
        </button>
      ))}
    </div>
  );
}
