import { expect, test } from 'vitest';
import {
  outlineLines,
  parentIndex,
  selectionNames,
  selectionOf,
} from '../../../devtools/arithmetic/outline.js';
import type {
  ConnectionNode,
  ContextNode,
  ExtensionNode,
} from '../../../devtools/worker-protocol.js';

const port = (key: string): ConnectionNode => ({
  key,
  name: key,
  port: key,
  peer: 'to background',
  state: 'open',
  messages: 1,
  muted: 0,
});
const context = (key: string, connections: readonly ConnectionNode[], older = 0): ContextNode => ({
  key,
  label: key,
  title: '',
  kind: 'page',
  status: { state: 'recording', text: 'recording' },
  lost: 0,
  lostText: '',
  messages: 0,
  requests: 0,
  connections,
  older,
});
const TREE: readonly ExtensionNode[] = [
  {
    key: 'ext',
    name: 'Demo',
    messages: 0,
    lost: 0,
    deleted: '',
    contexts: [context('bg', [port('p1')], 1200), context('popup', [])],
  },
];

const keys = (collapsed: readonly string[]) =>
  outlineLines(TREE, new Set(collapsed)).map(({ key }) => key);

test('lines follow what is open', () => {
  expect(keys([])).toEqual(['ext', 'bg', 'bg p1', 'bg older', 'popup']);
  expect(keys(['bg'])).toEqual(['ext', 'bg', 'popup']);
  expect(keys(['ext'])).toEqual(['ext']);
});

test('a context without connections has nothing to open', () => {
  const lines = outlineLines(TREE, new Set());
  expect(lines.map(({ expanded }) => expanded)).toEqual([true, true, null, null, null]);
  expect(lines[3]).toMatchObject({ text: '1,200 older' });
});

test('lines know their parent, and what they select', () => {
  const lines = outlineLines(TREE, new Set());
  expect([0, 1, 2, 3, 4].map((index) => parentIndex(lines, index))).toEqual([0, 0, 1, 1, 0]);
  expect(lines.map(selectionOf)).toEqual([
    { kind: 'extension', key: 'ext' },
    { kind: 'context', key: 'bg' },
    { kind: 'connection', key: 'p1' },
    { kind: 'context', key: 'bg' },
    { kind: 'context', key: 'popup' },
  ]);
  expect(selectionNames(TREE, { kind: 'connection', key: 'p1' })).toEqual({
    name: 'p1',
    extension: 'Demo',
  });
  expect(selectionNames(TREE, { kind: 'context', key: 'bg' })?.extension).toBe('Demo');
  expect(selectionNames(TREE, { kind: 'context', key: 'gone' })).toBeNull();
});
