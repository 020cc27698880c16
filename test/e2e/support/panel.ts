/** A person at Porthole's panel in the real toolbox: looks at the DOM, clicks and types with real input events. */
import {
  openToolbox,
  type PanelHandle,
  type ToolboxOptions,
} from '../../../src/cli/firefox/toolbox.js';
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import { pollUntil } from './poll.js';

/** Texts of a table row's cells, joined by ` | `. */
export type RowText = string;

export class PanelUser {
  readonly handle: PanelHandle;

  private constructor(handle: PanelHandle) {
    this.handle = handle;
  }

  static async open(firefox: Firefox, options?: ToolboxOptions): Promise<PanelUser> {
    return new PanelUser(await openToolbox(firefox.system, options));
  }

  /** Rows of the table that are drawn now. */
  async rows(): Promise<RowText[]> {
    return await this.handle.evaluate(function drawnRows(panel) {
      return [...panel.document.querySelectorAll('[role=grid] [role=row][data-kind]')].map((row) =>
        [...row.children].map((cell) => cell.textContent.trim()).join(' | '),
      );
    });
  }

  /** All text of the panel, or of the first element the selector finds; '' when there is none. */
  async text(selector = 'body'): Promise<string> {
    return await this.handle.evaluate(function textOf(panel, wanted) {
      return (panel.document.querySelector(wanted) as HTMLElement | null)?.innerText ?? '';
    }, selector);
  }

  /** Waits until the rows satisfy `done`. */
  async untilRows(what: string, done: (rows: RowText[]) => boolean): Promise<RowText[]> {
    return await pollUntil(what, () => this.rows(), done, 20_000);
  }

  async untilText(
    what: string,
    selector: string,
    wanted: string | RegExp | ((seen: string) => boolean),
  ): Promise<string> {
    const isWanted = (seen: string): boolean =>
      typeof wanted === 'string'
        ? seen.includes(wanted)
        : typeof wanted === 'function'
          ? wanted(seen)
          : wanted.test(seen);
    return await pollUntil(what, () => this.text(selector), isWanted, 20_000);
  }

  /** Chooses how the rows are shown: `table`, `sequence`, `follow`, `statistics` or `map`. */
  async showView(view: string): Promise<void> {
    await this.handle.evaluate(function chooseView(window, name) {
      const select = window.document.querySelector('.view-switch') as HTMLSelectElement;
      select.value = name;
      select.dispatchEvent(new window.Event('change', { bubbles: true }));
    }, view);
  }

  /**
   * Clicks the middle of an element with a real mouse event, which counts as the person's own.
   *
   * @param selector a CSS selector
   * @param text when given, the first match whose text or accessible name contains it
   * @param button the right one asks for the context menu
   */
  async click(selector: string, text = '', button: 'left' | 'right' = 'left'): Promise<void> {
    await pollUntil(
      `${selector} «${text}» to click`,
      () =>
        this.handle.evaluate(
          function clickElement(panel, wanted, part, right) {
            const found = [...panel.document.querySelectorAll(wanted)].find((each) =>
              `${each.textContent} ${each.getAttribute('aria-label') ?? ''}`.includes(part),
            );
            if (found === undefined) return false;
            found.scrollIntoView({ block: 'nearest' });
            const { left, top, width, height } = found.getBoundingClientRect();
            const { synthesizeMouseEvent } = panel as unknown as {
              synthesizeMouseEvent(type: string, x: number, y: number, data: object): boolean;
            };
            for (const type of ['mousedown', ...(right ? ['contextmenu'] : []), 'mouseup']) {
              synthesizeMouseEvent.call(panel, type, left + width / 2, top + height / 2, {
                button: right ? 2 : 0,
                clickCount: 1,
              });
            }
            return true;
          },
          selector,
          text,
          button === 'right',
        ),
      Boolean,
      10_000,
    );
  }

  /** Presses and releases one key, named as in `KeyboardEvent.key`; a trusted event, as a keyboard's are. */
  async press(
    key: string,
    modifiers: { readonly ctrl?: boolean; readonly shift?: boolean; readonly alt?: boolean } = {},
  ): Promise<void> {
    await this.handle.evaluate(
      function pressKey(panel, name, held) {
        interface TextInputProcessor {
          beginInputTransactionForTests(window: Window): boolean;
          keydown(event: KeyboardEvent): void;
          keyup(event: KeyboardEvent): void;
        }
        const { classes, interfaces } = (
          globalThis as unknown as {
            Components: {
              classes: Record<string, { createInstance(of: unknown): TextInputProcessor }>;
              interfaces: Record<string, unknown>;
            };
          }
        ).Components;
        const input = classes['@mozilla.org/text-input-processor;1']?.createInstance(
          interfaces['nsITextInputProcessor'],
        );
        if (!input?.beginInputTransactionForTests(panel)) throw new Error('no keyboard to type on');
        const strokes = [...held, name].map((each) => new panel.KeyboardEvent('', { key: each }));
        for (const stroke of strokes) input.keydown(stroke);
        for (const stroke of strokes.reverse()) input.keyup(stroke);
      },
      key,
      [
        ...(modifiers.ctrl ? ['Control'] : []),
        ...(modifiers.shift ? ['Shift'] : []),
        ...(modifiers.alt ? ['Alt'] : []),
      ],
    );
  }

  /** Replaces what a text field holds, as typing does. */
  async fill(selector: string, value: string): Promise<void> {
    await this.handle.evaluate(
      function fillField(panel, wanted, text) {
        const field = panel.document.querySelector(wanted) as HTMLInputElement | null;
        if (field === null) throw new Error(`there is no ${wanted}`);
        field.focus();
        field.value = text;
        field.dispatchEvent(new panel.InputEvent('input', { bubbles: true }));
      },
      selector,
      value,
    );
  }

  /** `id` or tag name of the element that has the focus, and its role. */
  async focused(): Promise<string> {
    return await this.handle.evaluate(function focusedElement(panel) {
      const { activeElement } = panel.document;
      return `${activeElement?.localName ?? ''} ${activeElement?.getAttribute('role') ?? ''}`.trim();
    });
  }
}
