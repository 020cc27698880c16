/** Opens pages, and tells one that does not load from one that is slow. */
import { TimeoutError, type Browser, type Page } from 'puppeteer-core';
import { Failure } from '../failure.js';

export interface OpenedPage {
  readonly url: string;
  readonly page: Page;
  /** Something odd about it, for the person: slow, or answered with an error status. */
  readonly warning: string | null;
}

/** A page that takes longer, in milliseconds, is slow; it goes on loading. */
const SLOW_MS = 15_000;

/** What Firefox's commonest reasons mean. */
const REASONS: Readonly<Record<string, string>> = {
  NS_ERROR_CONNECTION_REFUSED: 'the connection was refused',
  NS_ERROR_FILE_NOT_FOUND: 'there is no such file',
  NS_ERROR_MALFORMED_URI: 'it is not a valid address',
  NS_ERROR_NET_RESET: 'the server closed the connection without an answer',
  NS_ERROR_NET_TIMEOUT: 'the server did not answer the connection',
  NS_ERROR_UNKNOWN_HOST: 'there is no such host',
  NS_ERROR_UNKNOWN_PROTOCOL: 'Firefox does not know this kind of address',
  deniedPortAccess: 'Firefox refuses this port for web pages',
};

/**
 * Opens each page in a tab of its own, all at once, selects the first, and waits until their documents are
 * parsed, or slow.
 *
 * @throws Failure that names the first page that does not load, and why
 */
export async function openPages(browser: Browser, urls: readonly string[]): Promise<OpenedPage[]> {
  const blank = (await browser.pages()).slice(0, 1);
  // One after the other: tabs stand in the order asked for, and the first is selected in the end.
  const tabs: Page[] = [];
  for (const _ of urls) tabs.push(blank.pop() ?? (await browser.newPage()));
  await tabs[0]?.bringToFront();
  return await Promise.all(
    urls.map(async (url, index) => {
      const page = tabs[index] as Page;
      return { url, page, warning: await load(page, url) };
    }),
  );
}

async function load(page: Page, url: string): Promise<string | null> {
  try {
    const response = await page.goto(url, { waitUntil: 'domcontentloaded', timeout: SLOW_MS });
    const status = response?.status() ?? 200;
    return status >= 400 ? `${url} answered with status ${status}` : null;
  } catch (error) {
    if (error instanceof TimeoutError) {
      return `${url} was still loading after ${SLOW_MS / 1000} s`;
    }
    throw new Failure(`${url} does not load: ${reason(error)}.`);
  }
}

/** @returns why a navigation failed, in words where we have them, else Firefox's own */
export function reason(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const known = Object.keys(REASONS).find((code) => text.includes(code));
  if (known !== undefined) return REASONS[known] as string;
  return /NS_ERROR_\w+(?:\([^)]*\))?/.exec(text)?.[0] ?? text;
}
