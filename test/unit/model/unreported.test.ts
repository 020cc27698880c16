/** What a context could not say before it ended. */

import { expect, it } from 'vitest';
import { traceLines, type Model } from '../../../src/model/index.js';
import { draw, fold } from './fixture.js';

const OPEN = `
  context cs content-script tab=1 frame=0
  context bg background
  100 cs opens 1 "port"
  101 bg accepts 1 "port" from cs
`;

/** @returns a model in which cs ended without a word */
function ended(text: string): Model {
  const drawn = draw(OPEN + text);
  const contexts = drawn.contexts.map((context) =>
    context.kind === 'content-script' ? { ...context, disconnectedAt: 900 } : context,
  );
  return fold({ ...drawn, contexts });
}

function keysOf(model: Model): [string, string] {
  return [...model.contexts.keys()] as [string, string];
}

function unreportedIn(model: Model): unknown {
  const unreported = model.unreportedBy(keysOf(model)[0]);
  expect(model.totals.unreported).toBe(unreported.posts + unreported.arrivals);
  return unreported;
}

const CUT_OFF = `
  102 cs posts 1 "a"
  103 bg gets 1 "a"
  104 bg posts 1 "b"
  105 cs gets 1 "b"
  106 bg gets 1 "c"
  107 bg gets 1 "d"
  108 bg posts 1 "e"
`;

it('is told by the numbers of the other ends, counted, and in the trace', () => {
  const model = ended(CUT_OFF);
  expect(unreportedIn(model)).toEqual({ posts: 2, arrivals: 1 });
  expect(model.unreportedBy(keysOf(model)[1])).toEqual({ posts: 0, arrivals: 0 });
  const options = { recordedAt: 0, browser: 'firefox/0', porthole: '0' };
  const lines = [...traceLines(model, options)].filter(({ kind }) => kind === 'lifecycle');
  expect(lines).toEqual([
    {
      kind: 'lifecycle',
      context: 'c2',
      event: 'ended',
      how: 'lost',
      unreported: { posts: 2, arrivals: 1 },
      at: 900,
    },
  ]);
});

it('is nothing of a context that lives, or has said that it goes', () => {
  expect(unreportedIn(fold(draw(OPEN + CUT_OFF)))).toEqual({ posts: 0, arrivals: 0 });
  expect(unreportedIn(ended(`${CUT_OFF}\n120 cs unloaded`))).toEqual({ posts: 0, arrivals: 0 });
});

it('does not count what was posted to a port after its end had been told', () => {
  const model = ended(`
    102 cs closes 1
    103 bg posts 1 "a"
    104 bg closed 1
  `);
  expect(unreportedIn(model)).toEqual({ posts: 0, arrivals: 0 });
});

it('does not count what was posted to a page in the back/forward cache', () => {
  const frozen = `
    102 bg posts 1 "a"
    103 cs gets 1 "a"
    110 cs frozen
    120 bg posts 1 "b"
    121 bg posts 1 "c"
  `;
  expect(unreportedIn(ended(frozen))).toEqual({ posts: 0, arrivals: 0 });
  expect(unreportedIn(ended(`${frozen}\n130 cs thawed`))).toEqual({ posts: 0, arrivals: 0 });
  const thawed = `${frozen}
    130 cs thawed
    140 bg posts 1 "d"
    141 cs gets 1 "d"
  `;
  expect(unreportedIn(ended(thawed))).toEqual({ posts: 0, arrivals: 0 });
  expect(unreportedIn(ended(`${thawed}\n150 bg posts 1 "e"`))).toEqual({ posts: 0, arrivals: 1 });
});
