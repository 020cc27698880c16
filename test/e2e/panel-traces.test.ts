/** Recordings in the real toolbox: kept, exported, opened again, and the way back. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Downloads } from './support/downloads.js';
import { PanelUser } from './support/panel.js';
import { startSession, type Session } from './support/session.js';

const GREETINGS = fileURLToPath(new URL('../../examples/greetings', import.meta.url));
const BOX = '#recordings-box';

let session: Session;
let panel: PanelUser;
let downloads: Downloads;

beforeAll(async () => {
  downloads = new Downloads();
  session = await startSession({
    extensions: [GREETINGS],
    prefs: downloads.prefs,
  });
  const page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  // With how long each took: a row changes when its other end reports.
  await panel.untilRows('greetings, there and back, on both ports', (rows) => {
    const greetings = rows.filter((row) => row.includes('| greeting |'));
    return greetings.length === 4 && greetings.every((row) => row.includes(' ms |'));
  });
});

afterAll(async () => {
  await session?.close();
  downloads?.remove();
});

/** Drops a file on the panel. */
async function drop(name: string, text: string): Promise<void> {
  await panel.handle.evaluate(
    function dropFile(window, fileName, content) {
      const { utils } = (
        globalThis as unknown as {
          Components: {
            utils: {
              Sandbox(principal: Window, options: object): object;
              evalInSandbox(code: string, sandbox: object): void;
            };
          };
        }
      ).Components;
      // A page cannot see files that somebody more privileged has put into a transfer: the page's own rights do it.
      const sandbox = utils.Sandbox(window, { sandboxPrototype: window, wantXrays: false });
      utils.evalInSandbox(
        `const data = new DataTransfer();
        data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(fileName)}));
        for (const type of ['dragover', 'drop']) {
          const options = { bubbles: true, cancelable: true, dataTransfer: data };
          document.querySelector('.app').dispatchEvent(new DragEvent(type, options));
        }`,
        sandbox,
      );
    },
    name,
    text,
  );
}

it('exports a trace and opens it again in the place of the recording', async () => {
  const before = await panel.rows();
  await panel.click('[aria-label=Recordings]');
  await panel.untilText('the choices', BOX, 'What the table shows');
  await panel.click(`${BOX} button`, 'Export as a trace');
  const trace = await downloads.trace();
  expect(trace.split('\n')[0]).toContain('"format":"porthole-trace"');

  await drop('greetings.ndjson', `${trace}{"kind":"message"}\n`);
  const bar = await panel.untilText('the trace', '.bar.trace', 'greetings.ndjson');
  expect(bar).toContain('1 line could not be read');
  // A trace shows what is beside this tab, too.
  await panel.untilRows('the same rows', (rows) => before.every((row) => rows.includes(row)));
  expect(await panel.text('[role=toolbar]')).not.toContain('This tab');

  await panel.click('[role=row][data-kind=message]', 'Welcome');
  await panel.press('Enter');
  await panel.click('[role=tab]', 'Call site');
  await panel.click('.frame-place');
  await panel.untilText('why there is no source', '.source', 'A trace holds places, not files.');
  await panel.press('Escape');
  await panel.untilText('the stack again', '.frames', /:\d+:\d+/);
  await panel.press('Escape');

  await panel.click('.bar.trace button', 'Back to the recording');
  await panel.untilText('the recording', '[role=toolbar]', 'This tab');
  await panel.untilRows('the recording’s rows', (rows) =>
    before.every((row) => rows.includes(row)),
  );
});

it('says what is no trace, and leaves what is shown', async () => {
  await drop('notes.txt', 'Dear diary');
  await panel.untilText('the fault', '.bar.storage', 'notes.txt is no Porthole trace');
  await panel.click('.bar.storage button');
  await panel.untilText('the recording', '[role=toolbar]', 'This tab');
});

it('keeps a recording under a name, past clearing, and takes deletion back', async () => {
  await panel.click('[aria-label=Recordings]');
  await panel.untilText('the box', BOX, 'Kept');
  await panel.fill(`${BOX} [aria-label="Name for this recording"]`, 'first try');
  await panel.click(`${BOX} button`, 'Keep this one');
  await panel.untilText('the list', `${BOX} .kept`, 'first try');
  await panel.press('Escape');
  await panel.click('[aria-label=Clear]');
  await panel.untilRows('nothing left', (rows) => !rows.some((row) => row.includes('Welcome')));

  await panel.click('[aria-label=Recordings]');
  await panel.click(`${BOX} [aria-label="Delete first try"]`);
  await panel.untilText('the undo', BOX, '“first try” is deleted.');
  await panel.click(`${BOX} button`, 'Undo');
  await panel.click(`${BOX} .kept-name`, 'first try');
  await panel.untilText('the trace', '.bar.trace', 'first try');
  await panel.untilRows('what was kept', (rows) => rows.some((row) => row.includes('Welcome')));
});
