/** Runs functions in Firefox's browser window with all of Firefox's own privileges. */
import type { Browser } from 'puppeteer-core';
import type { PrivilegedWindow } from './privileged.js';

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The part of WebDriver BiDi's connection that puppeteer has but does not name in its types. */
interface BidiConnection {
  send(method: string, params: object): Promise<{ readonly result: unknown }>;
}

interface ContextTree {
  readonly contexts: readonly { readonly context: string; readonly url: string }[];
}

type Evaluated =
  | { readonly type: 'success'; readonly result: { readonly value?: string } }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } };

export class System {
  readonly #connection: BidiConnection;
  #context: string;

  private constructor(connection: BidiConnection, context: string) {
    this.#connection = connection;
    this.#context = context;
  }

  /** @param browser a Firefox started with `--remote-allow-system-access` */
  static async attach(browser: Browser): Promise<System> {
    const { connection } = browser as unknown as { readonly connection: BidiConnection };
    return new System(connection, await browserWindow(connection));
  }

  /**
   * Calls a function in the browser window (in another, when that one was closed). It travels as source text:
   * it sees its arguments and nothing else of this program.
   *
   * @param fn a named function; its name stands in errors
   * @returns what the function returned, through JSON
   * @throws Error with Firefox's message when the function throws, or when no window is open any more
   */
  async evaluate<A extends readonly Json[], R>(
    fn: (window: PrivilegedWindow, ...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R> {
    const evaluated = await this.#send(
      `(async () => JSON.stringify(await (${fn.toString()})(window, ...${JSON.stringify(args)})) ?? 'null')()`,
    );
    if (evaluated.type === 'exception') {
      throw new Error(`In Firefox, ${fn.name}: ${evaluated.exceptionDetails.text}`);
    }
    return JSON.parse(evaluated.result.value ?? 'null') as R;
  }

  async #send(expression: string): Promise<Evaluated> {
    const send = async (): Promise<Evaluated> => {
      const target = { context: this.#context };
      const params = { expression, target, awaitPromise: true };
      return (await this.#connection.send('script.evaluate', params)).result as Evaluated;
    };
    try {
      return await send();
    } catch (error) {
      if (!String(error).includes('no such frame')) throw error;
      this.#context = await browserWindow(this.#connection);
      return await send();
    }
  }
}

/** @returns the BiDi id of a browser window's own document */
async function browserWindow(connection: BidiConnection): Promise<string> {
  const { result } = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const tree = result as ContextTree;
  const window = tree.contexts.find(({ url }) => url.endsWith('/browser.xhtml'));
  if (!window) throw new Error('Firefox has no browser window.');
  return window.context;
}
