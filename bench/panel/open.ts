/** Opens the panel on recordings that are there: in a tab of its own, and in the toolbox. */
import type { Page } from 'puppeteer-core';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { openToolbox } from '../../src/cli/firefox/toolbox.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { openExtensionPage } from '../pages.js';
import { until } from '../until.js';
import { probeInTab, probeInToolbox, type Asking } from './probed.js';
import type { Opening } from './probe.js';

export interface OpenPanel {
  readonly page: Page;
  readonly ask: Asking;
  readonly opening: Opening;
}

/** Longest time a panel may take to show everything. */
const OPEN_TIMEOUT_MS = 90_000;

/** @returns the panel in a tab of its own, when everything is read and drawn */
export async function openPanel(firefox: Firefox): Promise<OpenPanel> {
  const page = await openExtensionPage(firefox, PORTHOLE_ID, 'devtools/panel.html');
  await page.bringToFront();
  const ask = probeInTab(page);
  const opening = await until(
    'the panel to have read everything',
    () => ask('opening'),
    ({ settled }) => settled,
    OPEN_TIMEOUT_MS,
  );
  return { page, ask, opening };
}

/** @returns the probe of the panel in the toolbox of the selected tab, when everything is read and drawn */
export async function openPanelInToolbox({ system }: Firefox): Promise<Asking> {
  const panel = await openToolbox(system);
  await until(
    'the panel to load',
    () =>
      panel.evaluate(function hasProbe(window) {
        return (
          (window as unknown as { wrappedJSObject: Window }).wrappedJSObject.probe !== undefined
        );
      }),
    Boolean,
    OPEN_TIMEOUT_MS,
  );
  const ask = probeInToolbox(panel);
  await until(
    'the panel to have read everything',
    () => ask('opening'),
    ({ settled }) => settled,
    OPEN_TIMEOUT_MS,
  );
  return ask;
}
