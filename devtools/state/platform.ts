/** What the panel needs from its surroundings; the entry gives the browser's, tests give their own. */

import type { ReadonlySignal } from '@preact/signals';
import type { PlaygroundPermission } from '../../src/protocol/index.js';
import type { FromWorker, ToWorker } from '../worker-protocol.js';
import type { LinkPort } from './background-link.js';

export interface WorkerLink {
  send(message: ToWorker): void;
}

/** What Porthole may ask for, each when it is needed. */
export type PanelPermission = PlaygroundPermission | 'management';

export interface Permissions {
  has(permission: PanelPermission): Promise<boolean>;
  /**
   * Call at once in a click's handler: the browser asks only then. Firefox takes `userScripts` only in a
   * request of its own, so there is one permission a call.
   */
  request(permission: PanelPermission): Promise<boolean>;
  onChanged(listener: () => void): void;
}

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface ThemeState {
  /** What the person has chosen. */
  readonly wish: ReadonlySignal<Theme>;
  choose(theme: Theme): void;
}

export interface Platform {
  /** Tab whose traffic is wanted; null in a tab of its own without one. */
  readonly tabId: number | null;
  /** Hears, in the toolbox, when the inspected tab has another page. */
  onNavigated(listener: () => void): void;
  connect(): LinkPort;
  /** @param onFault the worker itself could not be loaded or died */
  startWorker(
    onMessage: (message: FromWorker) => void,
    onFault: (message: string) => void,
  ): WorkerLink;
  /** Null in the toolbox: Firefox's devtools pages have no `permissions` API. */
  readonly permissions: Permissions | null;
  /** Shows this panel in a tab of its own, where it can ask for permissions. */
  openInTab(view: 'playground' | 'admission'): void;
  copy(text: string): Promise<boolean>;
  /** Gives a file to the person, as the browser's downloads do. */
  download(file: Blob, name: string): void;
  readonly theme: ThemeState;
  /** What is kept of the layout between sessions. */
  load(key: string): string | null;
  save(key: string, value: string): void;
}

/** Asks the browser, in a click's handler; in the toolbox, which cannot ask, opens the panel in a tab that can. */
export function askForManagement({ permissions, openInTab }: Platform): void {
  if (permissions === null) openInTab('admission');
  else void permissions.request('management');
}
