/** The views beside the table in the real toolbox: each shows the rows that pass the query, and leads back to them. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const GREETINGS = fileURLToPath(new URL('../../examples/greetings', import.meta.url));

let session: Session;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({ extensions: [GREETINGS] });
  const page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.untilRows('greetings', (rows) => rows.some((row) => row.includes('Welcome')));
  await page.click('h1');
  await panel.untilRows('the click', (rows) => rows.some((row) => row.includes('page-click')));
});

afterAll(async () => {
  await session?.close();
});

async function focus(selector: string): Promise<void> {
  await pollUntil(
    `${selector} to take the focus`,
    () =>
      panel.handle.evaluate(function focusOn(window, wanted) {
        const found = window.document.querySelector(wanted) as HTMLElement | null;
        found?.focus();
        return found !== null && window.document.activeElement === found;
      }, selector),
    Boolean,
    10_000,
  );
}

async function filterText(): Promise<string> {
  return await panel.handle.evaluate(function readFilter(window) {
    return (window.document.querySelector('[role=search] input') as HTMLInputElement).value;
  });
}

it('draws contexts as lanes; keys step from message to message, and what is selected is so in the table', async () => {
  await panel.showView('sequence');
  const lanes = await panel.untilText('the lanes', '.sequence-lanes', 'background');
  expect(lanes).toContain('content-script');
  expect(lanes).toContain('user-script');
  await focus('.sequence');
  await panel.press('ArrowDown');
  await panel.press('ArrowDown');
  await panel.showView('table');
  await panel.untilText('the selected message', '[role=row][aria-selected=true]', 'greeting');
});

it('follows one connection as a conversation', async () => {
  await panel.showView('follow');
  await panel.untilText('the conversation', '.conversation', 'Welcome, port-from');
  await panel.click('.turn.opener');
  await panel.click('.view .bar button', 'Only');
  await panel.untilText('one connection', '.bar.selection', 'Only connection');
  await pollUntil(
    'nothing of the other one',
    () => panel.text('.conversation'),
    (text) => !(text.includes('port-from-cs') && text.includes('port-from-us')),
    10_000,
  );
  await panel.click('[aria-label="Clear the selection"]');
});

it('counts, and what is clicked becomes a term of the filter', async () => {
  await panel.showView('statistics');
  const types = await panel.untilText('the types', '.statistics-tables', 'page-click');
  expect(types).toMatch(/greeting\s+4/);
  await panel.click('.statistics th button', 'page-click');
  expect(await filterText()).toBe('type:=page-click');
  await panel.fill('[role=search] input', '');
});

const STRETCH = /^time:(\d\d:\d\d:\d\d\.\d{3})\.\.(\d\d:\d\d:\d\d\.\d{3})$/;

async function untilFilter(what: string, wanted: RegExp): Promise<string> {
  return await pollUntil(what, filterText, (text) => wanted.test(text), 10_000);
}

/** From the first chart's left edge to its middle, if it is there. */
async function dragOverChart(): Promise<void> {
  await panel.handle.evaluate(async function dragOver(window) {
    const chart = window.document.querySelector('.chart .u-over');
    // The view may have been scrolled to a table below the charts.
    chart?.scrollIntoView();
    const over = chart?.getBoundingClientRect();
    if (over === undefined || over.width < 100) return;
    const { synthesizeMouseEvent } = window as unknown as {
      synthesizeMouseEvent(type: string, x: number, y: number, data: object): boolean;
    };
    const send = (type: string, part: number): void => {
      const [x, y] = [over.left + over.width * part, over.top + over.height / 2];
      synthesizeMouseEvent.call(window, type, x, y, { button: 0, clickCount: 1 });
    };
    send('mousemove', 0);
    send('mousedown', 0);
    for (const part of [0.1, 0.3, 0.5]) {
      send('mousemove', part);
      // The chart looks where the mouse is once a frame.
      await new Promise((drawn) => {
        window.requestAnimationFrame(() => window.requestAnimationFrame(drawn));
      });
    }
    send('mouseup', 0.5);
  });
}

it('filters for a stretch of time that is dragged over a chart, or marked with keys', async () => {
  const counted = async (): Promise<number> =>
    Number(/\d+/.exec(await panel.text('.counts'))?.[0] ?? Number.NaN);
  const all = await pollUntil('messages', counted, (count) => count > 4, 10_000);
  await panel.showView('statistics');
  // A chart that gets another size meanwhile, as it does when a scrollbar comes, lets go of the mouse.
  await pollUntil(
    'the stretch',
    async () => {
      if (!STRETCH.test(await filterText())) await dragOverChart();
      return await filterText();
    },
    (text) => STRETCH.test(text),
    10_000,
  );
  await pollUntil('fewer messages', counted, (count) => count > 0 && count < all, 10_000);
  await panel.fill('[role=search] input', 'is:message');
  await pollUntil('all of them', counted, (count) => count === all, 10_000);
  await focus('.chart');
  await panel.press('End');
  await panel.press('ArrowLeft', { shift: true });
  const said = await panel.untilText('what is marked', '.chart .marked', ' to ');
  await panel.press('Enter');
  const [from = '', to = ''] = said.trim().split(' to ');
  const text = await untilFilter('both', /^is:message time:/);
  expect(text).toBe(`is:message time:${from}..${to}`);
  await panel.fill('[role=search] input', '');
});

it('maps who talks to whom', async () => {
  await panel.showView('map');
  await panel.untilText('the map', '.map', 'background');
  await focus('.map-edge');
  await panel.press('Enter');
  expect(await filterText()).toMatch(/^from:=.* to:=/);
  await panel.fill('[role=search] input', '');
  await panel.showView('table');
});
