/** Runs an example in a tab, in one of Porthole's own instrumented worlds, and says plainly why it cannot. */

import { text, type TextKey } from '../texts/index.js';
import browser, { type UserScripts } from 'webextension-polyfill';
import type { PlaygroundPermission, PlaygroundResult, PlaygroundRun } from '../protocol/index.js';

const INSTRUMENTATION = '/src/instrumentation';
const EXAMPLES = '/src/playground';

/**
 * Asks for no permission: only the panel can, on a click.
 *
 * @returns how it went, with a message for the person; never rejects
 */
export async function runExample(tabId: number, run: PlaygroundRun): Promise<PlaygroundResult> {
  try {
    await browser.tabs.get(tabId);
  } catch {
    return { ok: false, message: text('playground_tab_gone') };
  }
  try {
    if (run.example === 'content-script') await runContentScript(tabId);
    else await runUserScript(tabId, run.example === 'code' ? run.code : null);
    return { ok: true, message: text(DONE[run.example]) };
  } catch (error) {
    return { ok: false, ...(await explain(error)) };
  }
}

const DONE = {
  'content-script': 'playground_done_content_script',
  'user-script': 'playground_done_user_script',
  code: 'playground_done_code',
} as const satisfies Record<PlaygroundRun['example'], TextKey>;

/** A reason that is a sentence for the person already. */
class Explained extends Error {
  constructor(
    message: string,
    readonly missing: PlaygroundPermission | null = null,
  ) {
    super(message);
  }
}

async function runContentScript(tabId: number): Promise<void> {
  const results = await browser.scripting.executeScript({
    target: { tabId },
    files: [`${INSTRUMENTATION}/content-script.js`, `${EXAMPLES}/content-script.js`],
  });
  throwFirstError('playground_threw_content_script', results);
}

async function runUserScript(tabId: number, code: string | null): Promise<void> {
  const { userScripts } = browser as { userScripts?: UserScripts.Static };
  if (userScripts === undefined) {
    throw new Explained(text('playground_no_user_scripts'), 'userScripts');
  }
  await userScripts.configureWorld({ messaging: true });
  const script = code === null ? { file: `${EXAMPLES}/user-script.js` } : { code };
  const results = await userScripts.execute({
    target: { tabId },
    js: [{ file: `${INSTRUMENTATION}/user-script.js` }, script],
  });
  throwFirstError('playground_threw_user_script', results);
}

/** @param results one a document; Firefox puts `undefined` where a privileged page refused the script */
function throwFirstError(
  threw: 'playground_threw_content_script' | 'playground_threw_user_script',
  results: readonly ({ readonly error?: unknown } | undefined)[],
): void {
  if (results.length === 0) throw new Explained(text('playground_privileged'));
  for (const result of results) {
    if (result === undefined || result === null) throw new Explained(text('playground_privileged'));
    const { error } = result;
    if (error === undefined || error === null) continue;
    const { message } = error as { message?: unknown };
    const reason = typeof message === 'string' ? message : (JSON.stringify(error) ?? typeof error);
    throw new Explained(text(threw, { reason }));
  }
}

async function explain(error: unknown): Promise<Omit<PlaygroundResult, 'ok'>> {
  if (error instanceof Explained) {
    const { message, missing } = error;
    return missing === null ? { message } : { message, missing };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/invalid tab id/i.test(message)) return { message: text('playground_tab_gone') };
  if (!/missing host permission/i.test(message)) {
    return { message: text('playground_refused', { reason: message }) };
  }
  if (await browser.permissions.contains({ origins: ['<all_urls>'] }))
    return { message: text('playground_privileged') };
  return {
    message: text('playground_no_pages'),
    missing: 'pages',
  };
}
