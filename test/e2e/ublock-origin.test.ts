/** uBlock Origin, instrumented, on pages with several frames, against the witness. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, tally } from './support/compare.js';
import { startSession, type Session } from './support/session.js';
import { uBlockOrigin } from './support/ublock.js';

const folder = uBlockOrigin();

describe.skipIf(folder === null)('uBlock Origin', () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({ extensions: [String(folder)] });
    // Until its background has started uBlock holds pages back; the first page waits for it.
    for (const path of ['/one?frames=3', '/two?frames=2', '/three']) {
      const page = await session.open(path);
      await page.reload();
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  it('has its ports captured as Firefox routed them: none missing, none extra, same order', async () => {
    const comparison = await session.agreement();
    console.log(`uBlock Origin: ${tally(comparison)} ${JSON.stringify(comparison.silent)}`);
    expect(faults(comparison)).toEqual([]);
    expect(comparison.ports).toBeGreaterThanOrEqual(14);
    expect(comparison.posts).toBeGreaterThan(50);
  });

  it('has both ends of every port paired', async () => {
    const { model } = await session.recorded();
    const unpaired = [...model.connections.values()].filter(
      ({ opener, acceptors }) => opener === null || acceptors.length === 0,
    );
    expect(unpaired).toEqual([]);
    expect(model.totals.gaps).toBe(0);
  });

  it('still works: its content scripts get their answers', async () => {
    const { model } = await session.recorded();
    const answers = model.rows.filter(
      (row) =>
        row.kind === 'message' &&
        row.message.toward === 'opener' &&
        row.message.deliveries.some(({ listeners }) => listeners > 0),
    );
    expect(answers.length).toBeGreaterThan(20);
  });
});
