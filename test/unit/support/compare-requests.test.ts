/** That the comparison of one-off messages with the witness's account finds what differs. */
import { expect, it } from 'vitest';
import { CapturedMessageLog } from '../../e2e/support/captured-requests.js';
import { compareRequests, placeName } from '../../e2e/support/compare-requests.js';
import type { WitnessedRequest } from '../../e2e/support/message-witness.js';
import { parseRun } from '../../../src/protocol/index.js';
import { draw, fold, segmentOf } from '../model/fixture.js';

const DRAWN = draw(`
  context cs content-script tab=1 frame=0 contextId=7
  context bg background contextId=8
  100 cs asks 1 {"ask":1}
  101 bg hears 1 from cs {"ask":1}
  102 bg returns 1 1 promise
  103 bg answers 1 1 promise {"told":1}
  104 cs replied 1 {"told":1}
  110 cs asks 2 {"ask":2}
  111 bg hears 2 from cs {"ask":2}
`);
const [cs, bg] = DRAWN.contexts.map(({ key }) => key) as [string, string];
const EXTENSION = DRAWN.contexts[0]?.extensionId as string;

function request(
  ask: number,
  outcome: WitnessedRequest['outcome'],
  decidedBy: number | null,
): WitnessedRequest {
  return {
    extension: EXTENSION,
    contextId: 7,
    world: null,
    text: `{"ask":${ask}}`,
    at: ask * 10,
    receipts: [{ extension: EXTENSION, contextId: 8, at: ask * 10 + 1, heard: true }],
    outcome,
    settledAt: ask * 10 + 4,
    decidedBy,
  };
}

const TRUE = [request(1, { reply: '{"told":1}' }, 0), request(2, null, null)];

function compared(witnessed: readonly WitnessedRequest[]): Record<string, unknown> {
  const log = new CapturedMessageLog();
  const segment = segmentOf(1, DRAWN.facts);
  for (const run of segment.runs) {
    for (const event of parseRun(run)) log.take(run.context, event, segment);
  }
  const keys = new Map([
    [placeName(EXTENSION, 7, null), cs],
    [placeName(EXTENSION, 8, null), bg],
  ]);
  const contexts = { keys, mayBeUnsaid: () => false, hasGap: () => false };
  const found = compareRequests(witnessed, log, fold(DRAWN), contexts, () => true);
  const { missing, extra, disordered, mispaired } = found;
  return Object.fromEntries(
    Object.entries({ missing, extra, disordered, mispaired })
      .filter(([, all]) => all.length > 0)
      .map(([what, all]) => [what, all.length]),
  );
}

it('finds nothing where all is as the witness saw it', () => {
  expect(compared(TRUE)).toEqual({});
});

it('finds calls and arrivals that are missing, or that nobody made', () => {
  expect(compared([...TRUE, request(3, null, null)])).toEqual({ missing: 2 });
  expect(compared(TRUE.slice(0, 1))).toMatchObject({ extra: 2 });
});

it('finds another order, another outcome, another pairing, another winner', () => {
  expect(compared([...TRUE].reverse())).toHaveProperty('disordered');
  const [first, second] = TRUE as [WitnessedRequest, WitnessedRequest];
  expect(compared([{ ...first, outcome: { reply: '{"told":2}' } }, second])).toEqual({
    disordered: 1,
  });
  expect(compared([first, { ...second, outcome: { reply: 'undefined' } }])).toHaveProperty(
    'missing',
  );
  expect(compared([{ ...first, decidedBy: null }, second])).toEqual({ mispaired: 1 });
  expect(compared([{ ...first, receipts: [] }, second])).toHaveProperty('mispaired');
});
