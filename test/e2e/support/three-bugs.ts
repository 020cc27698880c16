/** Three extensions with a bug each, and one in which all is well, on one page, up to the symptom. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { IDLE_TIME_PREF, stopBackground } from './background.js';
import type { PanelUser } from './panel.js';
import { pollUntil } from './poll.js';
import { startSession, type Session } from './session.js';

const GREETINGS = fileURLToPath(new URL('../../../examples/greetings', import.meta.url));

/** Waits until the page has had what works, and does what does not. */
export async function startThreeBugs(
  prefs: Readonly<Record<string, string | number>> = {},
): Promise<{ session: Session; page: Page }> {
  const session = await startSession({
    extensions: [GREETINGS, 'late-listener', 'stopped-background', 'no-answer'],
    // Whoever waits for an answer is to wait, not to see the background go.
    prefs: { [IDLE_TIME_PREF]: 600_000, ...prefs },
  });
  const page = await session.open('/shop');
  for (const key of ['counted', 'notes', 'apple']) {
    await pollUntil(
      `${key} on the page`,
      () => page.evaluate((name) => document.body.dataset[name], key),
      (value) => value !== undefined,
    );
  }
  await stopBackground(session.firefox.system, 'stopped-background@fixture.porthole');
  await session.until('the port to close', ({ model }) =>
    [...model.connections.values()].some(({ name, state }) => name === 'notes' && state !== 'open'),
  );
  await page.click('h1');
  await page.bringToFront();
  return { session, page };
}

/** Opens the list of findings, and waits for all three. @returns what it says */
export async function listThreeBugs(panel: PanelUser): Promise<string> {
  await panel.untilText('the count', '.findings-chip', /2\s*1/);
  await panel.click('.findings-chip');
  return await panel.untilText('all three bugs', '.findings-list', (text) =>
    ['words', 'notes', 'has waited'].every((part) => text.includes(part)),
  );
}

/** Opens a finding of the list. @param until what must stand in it then */
export async function openFinding(
  panel: PanelUser,
  finding: string,
  until = 'Silence',
): Promise<void> {
  await panel.click('.finding-line', finding);
  await panel.untilText(`${finding} to be open`, '.finding.active', (text) =>
    [finding, until].every((part) => text.includes(part)),
  );
}
