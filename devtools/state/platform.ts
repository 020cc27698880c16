/** What the panel needs from its surroundings; the entry gives the browser's, tests give their own. */

import type { FromWorker, ToWorker } from '../worker-protocol.js';
import type { LinkPort } from './background-link.js';

export interface WorkerLink {
  send(message: ToWorker): void;
}

/** What the Playground asks for. Firefox takes `userScripts` only in a request of its own. */
export type Permission = 'pages' | 'userScripts';

export interface Platform {
  /** Tab whose traffic is wanted; null in a tab of its own without one. */
  readonly tabId: number | null;
  /** In the toolbox Firefox shows no permission prompts. */
  readonly inToolbox: boolean;
  connect(): LinkPort;
  /** @param onFault the worker itself could not be loaded or died */
  startWorker(
    onMessage: (message: FromWorker) => void,
    onFault: (message: string) => void,
  ): WorkerLink;
  /** Null where this kind of page is not told. */
  hasPermission(permission: Permission): Promise<boolean | null>;
  /** Call at once in a click's handler: the browser asks only then. */
  requestPermission(permission: Permission): Promise<boolean>;
  onPermissionsChanged(listener: () => void): void;
  /** Shows this panel, with its Playground open, in a tab of its own. */
  openInTab(): void;
  copy(text: string): Promise<boolean>;
  /** What is kept of the layout between sessions. */
  load(key: string): string | null;
  save(key: string, value: string): void;
}
