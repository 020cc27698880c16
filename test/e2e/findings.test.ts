/** Three real bugs, from the symptom to the finding in the panel, beside an extension in which all is well. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findingsOf } from '../../src/model/index.js';
import { expectAgreement } from './support/agreement.js';
import { PanelUser } from './support/panel.js';
import type { Session } from './support/session.js';
import { listThreeBugs, openFinding, startThreeBugs } from './support/three-bugs.js';

const LIST = '.findings-list';
const DETAILS = '[aria-label=Details]';

let session: Session;
let panel: PanelUser;

beforeAll(async () => {
  ({ session } = await startThreeBugs());
  panel = await PanelUser.open(session.firefox);
});

afterAll(async () => {
  await session?.close();
});

/** Opens a finding and presses a button in it. */
async function act(finding: string, action: string): Promise<void> {
  await openFinding(panel, finding, action);
  await panel.click('.finding.active .action', action);
}

it('counts what it finds in the toolbar, and lists it', async () => {
  const list = await listThreeBugs(panel);
  expect(list).toContain('Nobody heard runtime.connect() for port “words”');
  expect(list).toMatch(/Port “notes” closed when the background was stopped.*1 post failed/);
  expect(list).toContain('for the reply to message “price”');
  expect(list.match(/^Greetings/m)).toBeNull();
});

it('finds the same in the recording, and nothing in the extension in which all is well', async () => {
  const { model } = await session.recorded();
  const found = findingsOf(model, Date.now());
  expect(found.map(({ key }) => key.split(' ').slice(0, 3).join(' ')).sort()).toEqual([
    'background-stopped posted-on stopped-background@fixture.porthole',
    'nobody-listens listener-late late-listener@fixture.porthole',
    'reply-pending promise no-answer@fixture.porthole',
  ]);
});

it('tells cause and fix, and goes to the row, with the keyboard alone', async () => {
  await panel.press('Home');
  await panel.press('ArrowRight');
  const first = await panel.untilText('cause and fix', '.finding-body', /Why[\s\S]*Fix/);
  expect(first).toContain('developer.mozilla.org');
  await panel.press('ArrowLeft');
  await panel.press('End');
  await panel.press('Enter');
  const details = await panel.untilText('the row’s finding', DETAILS, 'has waited more than 10 s');
  expect(details).toContain('Question');
  expect(await panel.focused()).toContain('grid');
  expect(await panel.text('[role=row][aria-selected=true]')).toContain('quince');
});

it('shows the row though the filter hides it', async () => {
  await panel.fill('[role=search] input', 'type:greeting');
  await panel.untilRows('only greetings', (rows) => rows.every((row) => row.includes('greeting')));
  await act('Port “notes” closed', 'Show the first of 2 rows');
  await panel.untilText('its details', DETAILS, 'went on using it: 1 post failed');
  await panel.untilText('the row', '[role=row][aria-selected=true]', 'closed because background');
});

it('marks the rows, and filters for them', async () => {
  await panel.fill('[role=search] input', 'is:finding');
  // Closes what the field offers, which lies over the list.
  await panel.press('Enter');
  const rows = await panel.untilRows('the rows', (seen) => seen.length === 4);
  expect(rows.some((row) => row.includes('quince'))).toBe(true);
  const marks = await panel.handle.evaluate(function marksOf(window) {
    return [...window.document.querySelectorAll('.row .finding-mark')].map((mark) =>
      mark.getAttribute('aria-label'),
    );
  });
  expect(marks.toSorted()).toEqual(['error', 'error', 'error', 'warning']);
});

it('silences one, then a rule, says how many, and takes it back', async () => {
  await act('has waited', 'Silence this');
  await panel.untilText('the number of silenced', '.findings .drawer-head', '1 silenced');
  await panel.untilRows('one row less', (rows) => rows.length === 3);
  await act('Nobody heard', 'Silence all of “Nobody listens”');
  await panel.untilText('the number of silenced', '.findings .drawer-head', '2 silenced');
  await panel.click('.findings .drawer-head button', 'Undo');
  await panel.untilText('one less', '.findings .drawer-head', '1 silenced');
  await panel.click('.findings .drawer-head button', '1 silenced');
  await panel.untilText('the silenced one', LIST, /silenced\s*Content-script.*has waited/);
  await panel.click('.findings .drawer-head button', 'Undo');
  await panel.untilRows('all rows', (rows) => rows.length === 4);
});

it('has recorded what Firefox routed', async () => {
  await expectAgreement(session);
});
