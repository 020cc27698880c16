/** Loads a fresh copy of the instrumentation into a pretended context: it captures globals when it is imported. */

import { vi } from 'vitest';
import type { InstrumentOptions } from '../../../src/instrumentation/index.js';
import { FakeRequest } from './fake-request.js';
import type { FakeContext } from './fake-runtime.js';

export type PageEvent = 'pagehide' | 'pageshow';

export interface Instrumented {
  /** Takes the instrumentation out. */
  readonly uninstall: () => void;
  /** Fires a page transition as the browser does. */
  transition(type: PageEvent, persisted: boolean, isTrusted?: boolean): void;
}

/** Makes the context's globals the current ones and instruments it. */
export async function instrumentFake(
  context: FakeContext,
  options: Partial<InstrumentOptions> = {},
): Promise<Instrumented> {
  const listeners: { type: string; listener: (event: unknown) => void }[] = [];
  vi.stubGlobal('browser', context.browser);
  vi.stubGlobal('chrome', context.chrome);
  vi.stubGlobal('location', {
    href: `https://example.test/${context.kind}`,
    origin: `moz-extension://${context.extensionId}`,
  });
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  vi.stubGlobal('addEventListener', (type: string, listener: (event: unknown) => void) => {
    listeners.push({ type, listener });
  });
  vi.resetModules();
  const { instrument } = await import('../../../src/instrumentation/index.js');
  const uninstall = instrument({ kind: context.kind, ...options });
  return {
    uninstall,
    transition: (type, persisted, isTrusted = true) => {
      for (const entry of listeners) {
        if (entry.type === type) entry.listener({ type, persisted, isTrusted });
      }
    },
  };
}
