/** `porthole run`: Firefox to use by hand, the toolbox open on Porthole, traffic printed as it comes. */
import { findingsOf } from '../model/index.js';
import { printFindings } from './findings.js';
import { openPages } from './firefox/pages.js';
import { openToolbox } from './firefox/toolbox.js';
import { LiveLines } from './live-lines.js';
import { unlessAborted } from './recording.js';
import { noteOddities } from './result.js';
import { withSession } from './session.js';
import type { Terminal } from './terminal.js';

export interface RunOptions {
  readonly extensions: readonly string[];
  readonly urls: readonly string[];
  readonly grant: boolean;
}

/**
 * Runs until the window is closed or a signal asks for the end; both are the ordinary way to end it.
 *
 * @throws Failure with the reason why it cannot run
 */
export async function run(options: RunOptions, terminal: Terminal): Promise<void> {
  await withSession(
    { ...options, headless: false },
    terminal,
    async ({ firefox, extensions, recording, end }) => {
      const lines = new LiveLines(terminal);
      const pages = await unlessAborted(openPages(firefox.browser, options.urls), end);
      for (const { warning } of pages ?? []) {
        if (warning !== null) terminal.note(`warning: ${warning}`);
      }
      await unlessAborted(openToolbox(firefox.system), end);
      await recording.follow(Infinity, end, () => lines.print(recording));
      lines.printRest(recording);
      const { model, startedAt } = recording;
      const now = Date.now();
      printFindings(findingsOf(model, now), startedAt ?? now, terminal);
      noteOddities(recording, extensions, terminal);
    },
  );
}
