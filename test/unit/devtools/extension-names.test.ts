import { expect, test } from 'vitest';
import { buildTree } from '../../../devtools/worker/outline.js';
import { Model } from '../../../src/model/index.js';
import { viewRow } from '../../../devtools/worker/row-view.js';
import { BACKGROUND, contentScript } from './fixture.js';

const EVERYTHING = { context: () => true, connection: () => true, request: () => true };

/** What the tree calls extensions with these ids and names of their own. */
function names(extensions: readonly (readonly [id: string, name: string | null])[]): string[] {
  const model = new Model();
  model.addContexts(
    extensions.map(([extensionId, extensionName]) => ({
      ...BACKGROUND,
      key: `${extensionId}\nbg`,
      extensionId,
      extensionName,
    })),
  );
  model.settle();
  return buildTree(model, EVERYTHING).map(({ name }) => name);
}

test('an extension that takes another’s name stands with its id, and so does the other', () => {
  expect(
    names([
      ['shop@example', 'Shop'],
      ['fake@example', ' ＳＨＯＰ '],
      ['third@example', 'Third'],
      ['id@example', null],
      ['name-is-id@example', 'shop@example'],
    ]),
  ).toEqual([
    ' ＳＨＯＰ  (fake@example)',
    'id@example',
    'Shop (shop@example)',
    'shop@example (name-is-id@example)',
    'Third',
  ]);
});

test('a name has no invisible marks', () => {
  expect(names([['a@example', 'abc\u202e\n']])).toEqual(['abc\\u202e\\n']);
});

test.each(['before', 'after'])(
  'a user script, which knows no name, goes by what its extension’s background reports %s it',
  (when) => {
    const script = {
      ...contentScript(2),
      key: 'demo@example\nus',
      kind: 'user-script' as const,
      worldId: '',
      extensionName: null,
    };
    const model = new Model();
    model.addContexts(when === 'before' ? [BACKGROUND, script] : [script, BACKGROUND]);
    model.addContexts([script]);
    model.settle();
    const extensions = [...model.rows].map((row) => viewRow(row, model, 0).extension);
    expect(extensions).toEqual(['Demo', 'Demo']);
    const renamed = {
      ...BACKGROUND,
      key: 'demo@example\nbg2',
      startedAt: 5000,
      extensionName: 'New',
    };
    model.addContexts([renamed]);
    model.settle();
    expect(model.contexts.get(script.key)?.extensionName).toBe('New');
  },
);
