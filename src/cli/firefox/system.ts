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
  readonly #context: string;

  private constructor(connection: BidiConnection, context: string) {
    this.#connection = connection;
    this.#context = context;
  }

  /** @param browser a Firefox started with `--remote-allow-system-access` */
  static async attach(browser: Browser): Promise<System> {
    const { connection } = browser as unknown as { readonly connection: BidiConnection };
    const { result } = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
    const tree = result as ContextTree;
    const window = tree.contexts.find(({ url }) => url.endsWith('/browser.xhtml'));
    if (!window) throw new Error('Firefox has no browser window.');
    return new System(connection, window.context);
  }

  /**
   * Calls a function in the browser window. It travels as source text: it sees its arguments and nothing
   * else of this program.
   *
   * @param fn a named function; its name stands in errors
   * @returns what the function returned, through JSON
   * @throws Error with Firefox's message when the function throws
   */
  async evaluate<A extends readonly Json[], R>(
    fn: (window: PrivilegedWindow, ...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R> {
    const { result } = await this.#connection.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${fn.toString()})(window, ...${JSON.stringify(args)})) ?? 'null')()`,
      target: { context: this.#context },
      awaitPromise: true,
    });
    const evaluated = result as Evaluated;
    if (evaluated.type === 'exception') {
      throw new Error(`In Firefox, ${fn.name}: ${evaluated.exceptionDetails.text}`);
    }
    return JSON.parse(evaluated.result.value ?? 'null') as R;
  }
}
