/** What is silenced: kept, told to the worker, taken back. */
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { createFindings } from '../../../devtools/state/findings.js';
import type { RecordingState } from '../../../devtools/state/recording.js';
import { silencedFindings } from '../../../devtools/state/silenced.js';
import type { FindingView, ToWorker } from '../../../devtools/worker-protocol.js';

function setUp() {
  const kept = new Map<string, string>();
  const sent: ToWorker[] = [];
  const shelf = {
    load: (key: string) => kept.get(key) ?? null,
    save: (key: string, value: string) => void kept.set(key, value),
    findings: signal<readonly FindingView[]>([]),
    announcement: signal(''),
    tellWorker: (message: ToWorker) => void sent.push(message),
  };
  const create = () => createFindings(shelf as unknown as RecordingState);
  return { kept, sent, shelf, create };
}

it('keeps what is silenced, and takes it back step by step', () => {
  const { sent, shelf, create } = setUp();
  const findings = create();
  findings.silence('a finding', 'Silenced.');
  findings.silence('a-rule', 'Silenced.');
  expect(silencedFindings(shelf)).toEqual(['a finding', 'a-rule']);
  expect(sent.at(-1)).toEqual({ type: 'silence', silenced: ['a finding', 'a-rule'] });
  expect(findings.canUndo.value).toBe(true);
  findings.undo();
  expect(silencedFindings(shelf)).toEqual(['a finding']);
  findings.undo();
  findings.undo();
  expect(silencedFindings(shelf)).toEqual([]);
  expect(findings.canUndo.value).toBe(false);
});

it('hears a finding again in another session, with its rule, and can take that back', () => {
  const { shelf, create } = setUp();
  create().silence('a-rule', 'Silenced.');
  const next = create();
  next.restore({ key: 'a finding', rule: 'a-rule' } as FindingView);
  expect(silencedFindings(shelf)).toEqual([]);
  next.undo();
  expect(silencedFindings(shelf)).toEqual(['a-rule']);
});

it.each(['', '{', '{"a":1}', '[1,null]'])('reads %j as nothing silenced', (stored) => {
  expect(silencedFindings({ load: () => stored })).toEqual([]);
});
