/** The pictures in docs/images: every view, and the guide's three bugs, in Firefox's toolbox, light and dark. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PanelUser } from '../e2e/support/panel.js';
import { listThreeBugs, openFinding, startThreeBugs } from '../e2e/support/three-bugs.js';

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const DETAILS = '[aria-label=Details]';

/** What each view shows once it is drawn. */
const VIEWS = {
  sequence: ['.sequence-lanes', 'background'],
  follow: ['.conversation', 'Welcome'],
  statistics: ['.statistics-tables', 'greeting'],
  map: ['.map', 'background'],
} as const;

it.each(['light', 'dark'])('takes them in the %s theme', async (theme) => {
  const { session, page } = await startThreeBugs({ 'devtools.theme': theme });
  try {
    const panel = await PanelUser.open(session.firefox, { size: 460 });
    const take = async (name: string): Promise<void> => {
      // Twice, for what is drawn in an animation frame, as the sequence is.
      await panel.handle.evaluate(async function twoFrames(window) {
        for (let frame = 0; frame < 2; frame += 1) {
          await new Promise((resolve) => window.requestAnimationFrame(resolve));
        }
      });
      await panel.handle.screenshot(`${FOLDER}${name}-${theme}.png`);
    };
    const jumpTo = async (finding: string, action: string, told: string): Promise<void> => {
      await openFinding(panel, finding, action);
      await panel.click('.finding.active .action', action);
      await panel.untilText('the finding in the details', DETAILS, told);
    };

    await listThreeBugs(panel);
    await openFinding(panel, 'Nobody heard');
    await take('finding-nobody');
    await panel.click('.finding-line', 'Nobody heard');
    await jumpTo('Port “notes” closed', 'Show the first of 2 rows', '1 post failed');
    await panel.click('[aria-label="Close findings"]');
    await panel.click(`${DETAILS} summary`);
    await panel.untilText('why', DETAILS, 'event page');
    await take('finding-stopped');
    await panel.click('.findings-chip');
    await jumpTo('has waited', 'Show the row', 'has waited');
    await panel.click('[aria-label="Close findings"]');
    await panel.click(`${DETAILS} [role=tab]`, 'Account');
    await panel.untilText('the account', `${DETAILS} table`, 'returned a promise');
    await take('finding-pending');
    await panel.click(`${DETAILS} [aria-label^=Close]`);

    await page.click('h1');
    await panel.untilRows('the click', (rows) => rows.some((row) => row.includes('page-click')));
    await take('view-table');
    for (const [view, [selector, told]] of Object.entries(VIEWS)) {
      // A conversation is followed one at a time.
      if (view === 'follow') await panel.click('.tree-line', 'port-from-cs');
      await panel.showView(view);
      await panel.untilText(`the ${view}`, selector, told);
      await take(`view-${view}`);
      if (view === 'follow') await panel.click('[aria-label="Clear the selection"]');
    }
    expect(await panel.text('.notices')).toBe('');
  } finally {
    await session.close();
  }
});
