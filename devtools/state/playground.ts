/** The Playground's state: what it can run here, what it lacks, how the last run went. */

import { text, type TextKey } from '../../src/texts/index.js';
import { signal } from '@preact/signals';
import type {
  FromPanel,
  PlaygroundPermission,
  PlaygroundResult,
  PlaygroundRun,
} from '../../src/protocol/index.js';
import type { Platform } from './platform.js';

/** What the editor holds at first: a whole working example. */
export const STARTER = `// Runs in the inspected tab, in Porthole's own user script world.
const port = browser.runtime.connect({ name: 'my-port' });

port.onMessage.addListener((message) => {
  console.log('from the background:', message);
});
port.postMessage({ type: 'greeting', from: location.href });

document.addEventListener('click', () => {
  port.postMessage({ type: 'click', at: new Date() });
});
`;

export type Outcome =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly what: string }
  | { readonly kind: 'done'; readonly ok: boolean; readonly message: string }
  /** A permission is missing; `refused`: it was asked for, and the person or the browser said no. */
  | {
      readonly kind: 'needs';
      readonly permission: PlaygroundPermission;
      readonly refused: boolean;
      readonly run: PlaygroundRun;
    };

/** Milliseconds after which a run without an answer counts as failed. */
const PATIENCE_MS = 10_000;

export type PlaygroundState = ReturnType<typeof createPlayground>;

export function createPlayground(platform: Platform, send: (command: FromPanel) => void) {
  const open = signal(false);
  const code = signal(platform.load('playgroundCode') ?? STARTER);
  const post = signal(text('playground_hello'));
  const outcome = signal<Outcome>({ kind: 'idle' });
  const granted = signal<Readonly<Record<PlaygroundPermission, boolean | null>>>({
    pages: null,
    userScripts: null,
  });
  let lastRun: PlaygroundRun | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const { permissions } = platform;
  async function refreshPermissions(): Promise<void> {
    if (permissions === null) return;
    const [pages, userScripts] = await Promise.all([
      permissions.has('pages'),
      permissions.has('userScripts'),
    ]);
    granted.value = { pages, userScripts };
  }
  permissions?.onChanged(() => void refreshPermissions());
  void refreshPermissions();

  function begin(what: string): void {
    outcome.value = { kind: 'running', what };
    clearTimeout(patience);
    patience = setTimeout(
      () => answer({ ok: false, message: text('playground_silent') }),
      PATIENCE_MS,
    );
  }

  function answer({ ok, message, missing }: PlaygroundResult): void {
    clearTimeout(patience);
    outcome.value =
      missing === undefined || lastRun === null
        ? { kind: 'done', ok, message }
        : { kind: 'needs', permission: missing, refused: false, run: lastRun };
  }

  /** What a run still lacks, the one to ask for first. */
  function lacking(run: PlaygroundRun): PlaygroundPermission | null {
    // Where it cannot be known, the background says it.
    if (permissions === null) return null;
    if (granted.value.pages !== true) return 'pages';
    if (run.example !== 'content-script' && granted.value.userScripts !== true)
      return 'userScripts';
    return null;
  }

  function runNow(run: PlaygroundRun): void {
    if (platform.tabId === null) return;
    lastRun = run;
    begin(NAMES[run.example]);
    send({ type: 'playground-run', tabId: platform.tabId, run });
  }

  return {
    open,
    code,
    post,
    outcome,
    granted,
    /** Whether this page can ask for permissions. */
    canAsk: permissions !== null,
    tabId: platform.tabId,
    answer,

    /**
     * Runs, or asks for the permission that is missing. A click can ask for one permission only; when both
     * are missing the next click asks for the other. Call it in the click's handler, without anything awaited before.
     */
    run(run: PlaygroundRun): void {
      const permission = lacking(run);
      if (permission === null || permissions === null) {
        runNow(run);
        return;
      }
      const asked = permissions.request(permission);
      outcome.value = { kind: 'running', what: text('playground_waiting') };
      void asked
        .then(
          (yes) => yes,
          () => false,
        )
        .then(async (yes) => {
          await refreshPermissions();
          const still = lacking(run);
          if (still === null) runNow(run);
          else outcome.value = { kind: 'needs', permission: still, refused: !yes, run };
        });
    },
    postToPorts(): void {
      lastRun = null;
      begin(text('playground_posting'));
      send({ type: 'playground-post', text: post.value });
    },
    setCode(text: string): void {
      code.value = text;
      platform.save('playgroundCode', text);
    },
    openInTab(): void {
      platform.openInTab('playground');
    },
  };
}

const NAMES: Record<PlaygroundRun['example'], TextKey> = {
  'content-script': 'playground_running_content_script',
  'user-script': 'playground_running_user_script',
  code: 'playground_running_code',
};
