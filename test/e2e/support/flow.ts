/** Fixture pages that talk until they are closed, and count what was posted, heard and answered in their document. */
import type { Page } from 'puppeteer-core';
import { pollUntil } from './poll.js';

/** How much more of what: `count` posts of `stream`, what `chatter` has `heard`, what `asking` has `asked`. */
export type Flow = Readonly<Partial<Record<'count' | 'heard' | 'asked', number>>>;

/** Waits until the page counts at least so many more of each. */
export async function untilItFlows(page: Page, more: Flow): Promise<void> {
  const before = await counts(page, more);
  await pollUntil(
    `${JSON.stringify(more)} more than ${JSON.stringify(before)}`,
    () => counts(page, more),
    (now) => Object.keys(more).every((key) => of(now, key) >= of(before, key) + of(more, key)),
  );
}

async function counts(page: Page, wanted: Flow): Promise<Flow> {
  return await page.evaluate(
    (keys) =>
      Object.fromEntries(
        keys.map((key) => {
          const { body, documentElement } = document;
          return [key, Number(body.dataset[key] ?? documentElement.dataset[key] ?? 0)];
        }),
      ),
    Object.keys(wanted),
  );
}

function of(flow: Flow, key: string): number {
  return flow[key as keyof Flow] ?? 0;
}
