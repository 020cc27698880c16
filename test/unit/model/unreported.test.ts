/** What a context could not say before it ended. */

import { expect, it } from 'vitest';
import { unreportedBy } from '../../../src/model/index.js';
import { draw, fold } from './fixture.js';

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0
    context bg background
    100 cs opens 1 "port"
    101 bg accepts 1 "port" from cs
    102 cs posts 1 "a"
    103 bg gets 1 "a"
    104 bg posts 1 "b"
    105 cs gets 1 "b"
    106 bg gets 1 "c"
    107 bg gets 1 "d"
    108 bg posts 1 "e"
  `),
);

it('is told by the numbers of the other ends', () => {
  const [cs, bg] = [...model.contexts.keys()] as [string, string];
  expect(unreportedBy(cs, model.connectionsOf(cs))).toEqual({ posts: 2, arrivals: 1 });
  expect(unreportedBy(bg, model.connectionsOf(bg))).toEqual({ posts: 0, arrivals: 0 });
});
