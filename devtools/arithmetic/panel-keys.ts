/** The keys that work everywhere in the panel: what listens for them, and what tells of them, read them here. */

/** Named as in `KeyboardEvent.key`. */
export const PANEL_KEYS = {
  filter: '/',
  goTo: 'g',
  pin: 'p',
  sheet: '?',
  /** With Ctrl, or Cmd on a Mac. */
  undo: 'z',
  close: 'Escape',
} as const;
