/** All keys of the panel, by place, in a dialog over it. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { PANEL_KEYS } from '../arithmetic/panel-keys.js';
import css from '../styles/key-sheet.css?inline';
import { CloseButton } from './CloseButton.js';

/** Keys that do the same, and what they do. */
type Line = readonly [keys: readonly string[], does: string];

const UP_AND_DOWN: Line = [['↑', '↓', 'Page Up', 'Page Down', 'Home', 'End'], 'move'];
const OPEN_AND_CLOSE: Line = [['→', '←'], 'open and close; inside, to the first part and back out'];

const PLACES: readonly (readonly [place: string, lines: readonly Line[]])[] = [
  [
    'Everywhere',
    [
      [[PANEL_KEYS.filter], 'to the filter'],
      [[PANEL_KEYS.goTo], 'go to a row, a time or a part'],
      [[PANEL_KEYS.pin], 'pin the selected message, or take its pin away'],
      [[PANEL_KEYS.sheet], 'these keys'],
      [[`Ctrl+${PANEL_KEYS.undo.toUpperCase()}`], 'right after Clear: bring the recording back'],
      [['Tab', 'Shift+Tab'], 'to the next and the previous part'],
      [['Esc'], 'close what was opened last'],
    ],
  ],
  [
    'Table and conversation',
    [
      UP_AND_DOWN,
      [['Enter'], 'open the details'],
      [['Menu', 'Shift+F10'], 'in the table: filter for what the selected row says'],
    ],
  ],
  [
    'Header of the table',
    [
      [['→', '←', 'Home', 'End'], 'to another column'],
      [['Enter', 'Space'], 'sort by it'],
      [['Menu', 'Shift+F10'], 'choose columns'],
      [['Enter'], 'on a column’s edge: the width it had first'],
    ],
  ],
  [
    'Filter',
    [
      [['↑', '↓'], 'choose a completion'],
      [['Enter', 'Tab'], 'take it'],
      [['Esc'], 'close the completions; then clear; then to the table'],
    ],
  ],
  [
    'Tree of extensions',
    [UP_AND_DOWN, OPEN_AND_CLOSE, [['Enter', 'Space'], 'show only that; again: everything']],
  ],
  [
    'Findings',
    [
      UP_AND_DOWN,
      [['→', '←', 'Space'], 'open and close'],
      [['Enter'], 'to the row'],
      [['Delete'], 'silence it, or no longer'],
      [['Ctrl+Z'], 'take the last silencing back'],
    ],
  ],
  [
    'Details',
    [
      [['→', '←'], 'on the tabs: the next and the previous one'],
      [['Ctrl+F'], 'find in the payload'],
      [['Enter', 'Shift+Enter'], 'on to the next and back to the previous find'],
    ],
  ],
  [
    'Payload and comparison',
    [
      UP_AND_DOWN,
      OPEN_AND_CLOSE,
      [['*'], 'in the payload: open all inside'],
      [['Ctrl+C'], 'in the payload: copy the value'],
      [['Menu', 'Shift+F10'], 'in the payload: what can be done with the value'],
    ],
  ],
  [
    'Sequence',
    [
      [['↑', '↓'], 'the message before and after'],
      [['Enter'], 'open the details'],
      [['+', '-', '0'], 'closer, further away, all of it'],
      [['Page Up', 'Page Down', 'Home', 'End'], 'move in time'],
    ],
  ],
  [
    'Charts of the statistics',
    [
      [['→', '←'], 'to another moment'],
      [['Shift+→', 'Shift+←'], 'mark a stretch of time'],
      [['Enter'], 'filter for it'],
    ],
  ],
  ['Map', [[['Enter', 'Space'], 'filter for a context, or for an arrow’s messages']]],
  ['Borders between parts', [[['↑', '↓', '→', '←', 'Home', 'End'], 'move the border']]],
  ['Playground', [[['Ctrl+Enter'], 'run the script']]],
];

export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // The browser gives the focus back to where it was.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="key-sheet"
      aria-labelledby="key-sheet-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== PANEL_KEYS.close && event.key !== PANEL_KEYS.sheet) return;
        // Firefox's toolbox would open its split console.
        event.preventDefault();
        close();
      }}
    >
      <style>{css}</style>
      <div class="key-sheet-head">
        <h2 id="key-sheet-title">Keys</h2>
        <CloseButton label="Close the keys" onClick={close} />
      </div>
      {/* A dialog that is lower than its text is scrolled by keys. */}
      <div class="key-sheet-places" role="group" aria-labelledby="key-sheet-title" tabIndex={0}>
        <div class="key-sheet-columns">
          {PLACES.map(([place, lines]) => (
            <section key={place}>
              <h3>{place}</h3>
              <dl>
                {lines.map(([keys, does]) => (
                  <div key={does}>
                    <dt>
                      {keys.map((key, index) => (
                        <span key={key}>
                          {index > 0 && ' '}
                          <kbd>{key}</kbd>
                        </span>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  );
}
