/** All keys of the panel, by place, in a dialog over it. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { text, type TextKey } from '../../src/texts/index.js';
import { PANEL_KEYS } from '../arithmetic/panel-keys.js';
import css from '../styles/key-sheet.css?inline';
import { CloseButton } from './CloseButton.js';

/** Keys that do the same, and what they do. */
type Line = readonly [keys: readonly string[], does: TextKey];

const UP_AND_DOWN: Line = [['↑', '↓', 'Page Up', 'Page Down', 'Home', 'End'], 'key_sheet_move'];
const OPEN_AND_CLOSE: Line = [['→', '←'], 'key_sheet_open_close'];

const PLACES: readonly (readonly [place: TextKey, lines: readonly Line[]])[] = [
  [
    'key_sheet_everywhere',
    [
      [[PANEL_KEYS.filter], 'key_sheet_to_filter'],
      [[PANEL_KEYS.goTo], 'key_sheet_go_to'],
      [[PANEL_KEYS.pin], 'key_sheet_pin'],
      [[PANEL_KEYS.sheet], 'key_sheet_these'],
      [[`Ctrl+${PANEL_KEYS.undo.toUpperCase()}`], 'key_sheet_undo'],
      [['Tab', 'Shift+Tab'], 'key_sheet_next_part'],
      [['Esc'], 'key_sheet_close_last'],
    ],
  ],
  [
    'key_sheet_table',
    [UP_AND_DOWN, [['Enter'], 'key_sheet_details'], [['Menu', 'Shift+F10'], 'key_sheet_cell_menu']],
  ],
  [
    'key_sheet_header',
    [
      [['→', '←', 'Home', 'End'], 'key_sheet_column'],
      [['Enter', 'Space'], 'key_sheet_sort'],
      [['Ctrl+Shift+→', 'Ctrl+Shift+←'], 'key_sheet_move_column'],
      [['Menu', 'Shift+F10'], 'key_sheet_columns'],
      [['Enter'], 'key_sheet_width'],
    ],
  ],
  [
    'filter',
    [
      [['↑', '↓'], 'key_sheet_completion'],
      [['Enter', 'Tab'], 'key_sheet_take'],
      [['Esc'], 'key_sheet_filter_escape'],
    ],
  ],
  [
    'toolbar_tree',
    [
      UP_AND_DOWN,
      OPEN_AND_CLOSE,
      [['Enter', 'Space'], 'key_sheet_only'],
      [['Menu', 'Shift+F10'], 'key_sheet_mute'],
    ],
  ],
  ['colours_rules', [[['Alt+↑', 'Alt+↓'], 'key_sheet_move_rule']]],
  [
    'findings',
    [
      UP_AND_DOWN,
      [['→', '←', 'Space'], 'key_sheet_finding'],
      [['Enter'], 'key_sheet_to_row'],
      [['Delete'], 'key_sheet_silence'],
      [['Ctrl+Z'], 'key_sheet_unsilence'],
    ],
  ],
  [
    'details',
    [
      [['→', '←'], 'key_sheet_tabs'],
      [['Ctrl+F'], 'key_sheet_find'],
      [['Enter', 'Shift+Enter'], 'key_sheet_find_next'],
    ],
  ],
  [
    'key_sheet_payload',
    [
      UP_AND_DOWN,
      OPEN_AND_CLOSE,
      [['*'], 'key_sheet_open_all'],
      [['Ctrl+C'], 'key_sheet_copy_value'],
      [['Menu', 'Shift+F10'], 'key_sheet_value_menu'],
    ],
  ],
  [
    'view_sequence',
    [
      [['↑', '↓'], 'key_sheet_message'],
      [['Enter'], 'key_sheet_details'],
      [['+', '-', '0'], 'key_sheet_zoom'],
      [['Page Up', 'Page Down', 'Home', 'End'], 'key_sheet_time'],
      [['→', '←'], 'key_sheet_lanes'],
    ],
  ],
  [
    'key_sheet_charts',
    [
      [['→', '←'], 'key_sheet_moment'],
      [['Shift+→', 'Shift+←'], 'key_sheet_stretch'],
      [['Enter'], 'key_sheet_stretch_filter'],
    ],
  ],
  ['view_map', [[['Enter', 'Space'], 'key_sheet_map_filter']]],
  ['key_sheet_borders', [[['↑', '↓', '→', '←', 'Home', 'End'], 'key_sheet_border']]],
  ['playground', [[['Ctrl+Enter'], 'key_sheet_run']]],
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
        <h2 id="key-sheet-title">{text('keys')}</h2>
        <CloseButton label={text('key_sheet_close')} onClick={close} />
      </div>
      {/* A dialog that is lower than its text is scrolled by keys. */}
      <div class="key-sheet-places" role="group" aria-labelledby="key-sheet-title" tabIndex={0}>
        <div class="key-sheet-columns">
          {PLACES.map(([place, lines]) => (
            <section key={place}>
              <h3>{text(place)}</h3>
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
                    <dd>{text(does)}</dd>
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
