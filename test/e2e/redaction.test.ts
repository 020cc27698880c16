/** Redaction at capture, in the real panel: switched on in the settings, shown beside the counts. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PanelUser } from './support/panel.js';
import { startSession, type Session } from './support/session.js';

let session: Session;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({ extensions: ['content-script'] });
  const page = await session.open('/first');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
});

afterAll(async () => {
  await session?.close();
});

it('says in the toolbar and in the settings since when which keys are redacted', async () => {
  expect(await panel.text('.redacted')).toBe('');
  await panel.click('[aria-label=Settings]');
  await panel.click('label.switch', 'Redact secrets');
  await panel.untilText('the mark', '.redacted', 'redacted');
  const text = await panel.untilText('the span', '#settings-box', 'In this recording: from ');
  expect(text).toMatch(/from [\d:.]+ on: password, token/);
  const shot = process.env['PORTHOLE_SCREENSHOTS'];
  if (shot !== undefined) await panel.handle.screenshot(join(shot, 'redaction.png'));
  await panel.click('label.switch', 'Redact secrets');
  await panel.untilText(
    'the end of the span',
    '#settings-box',
    /from [\d:.]+ to [\d:.]+: password/,
  );
  expect(await panel.text('.redacted')).toBe('redacted');
});
