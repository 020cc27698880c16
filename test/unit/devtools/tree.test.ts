/** The tree's counts, and what ends are called where there is little room. */
import { expect, test } from 'vitest';
import { acceptorNames, jointName } from '../../../devtools/worker/ends.js';
import { buildTree } from '../../../devtools/worker/outline.js';
import { tabScope } from '../../../src/model/index.js';
import { draw, fold } from '../model/fixture.js';

const EVERYTHING = { context: () => true, connection: () => true, request: () => true };

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 url=https://shop.example/cart
    context frame content-script tab=1 frame=9 url=https://shop.example/ad
    context else content-script tab=2 frame=0 url=https://else.example/
    context bg background
    context other background extension=other@x
    100 cs opens 1 "basket"
    101 bg accepts 1 "basket" from cs
    102 cs posts 1 {"n":1}
    103 bg gets 1 {"n":1}
    104 cs posts 1 {"n":2}
    105 cs refused 1 "DataCloneError" "f"
    106 bg posts 1 {"n":3}
    107 cs gets 1 {"n":3}
    110 else opens 1 "far"
    111 bg accepts 2 "far" from else
    112 else posts 1 1
    113 bg gets 2 1
    120 bg opens 3 "abroad" to extension=other@x
    121 other accepts 1 "abroad" from bg via onConnectExternal
    122 bg posts 3 1
    123 other gets 1 1
  `),
);

function counts(tree: ReturnType<typeof buildTree>) {
  return tree.map(({ key, messages, contexts }) => [
    key,
    messages,
    contexts.map((each) => [each.key.replace(/^.*\n/, ''), each.messages]),
  ]);
}

test('an extension counts each message once, a context what it sent or received', () => {
  expect(counts(buildTree(model, EVERYTHING))).toEqual([
    [
      'demo@example',
      6,
      [
        ['bg', 4],
        ['cs', 4],
        ['else', 1],
        ['frame', 0],
      ],
    ],
    ['other@x', 1, [['other', 1]]],
  ]);
});

test('in a tab, counts are of the connections that are listed', () => {
  const scope = tabScope(1, model);
  const tree = buildTree(model, {
    context: ({ key }) => scope.reaches(key),
    connection: scope.connection,
    request: scope.request,
  });
  expect(counts(tree)).toEqual([
    [
      'demo@example',
      4,
      [
        ['bg', 2],
        ['cs', 4],
        ['frame', 0],
      ],
    ],
  ]);
});

test('several ends have one name: kinds counted, what tells them apart listed', () => {
  const keys = [...model.contexts.keys()];
  const [cs = '', frame = '', , bg = ''] = keys;
  expect(jointName([cs, frame, bg], model)).toEqual({
    kind: 'content-script ×2, background',
    rest: '/cart, /ad (frame 9)',
    label: 'content-script shop.example/cart, content-script shop.example/ad (frame 9), background',
  });
  expect(acceptorNames(undefined, model)).toMatchObject({ kind: '', label: 'not instrumented' });
});
