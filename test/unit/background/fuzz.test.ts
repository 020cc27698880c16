import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../../src/background/link.js';
import { Model } from '../../../src/model/index.js';
import type { PortholeEvent, StoredContext, StoredSegment } from '../../../src/protocol/index.js';
import { readContexts, readSegments } from '../../../src/store/reader.js';
import { BATCH, EVENTS, FILES, HELLO, mutated, nasty, RELAY_HEADER } from '../protocol/frames.js';
import { readEvents } from '../../../src/protocol/guards.js';
import { packEvents } from '../../../src/protocol/wire-form.js';
import { connect, CONTENT, hello, setUp, type Line } from './harness.js';

const STRANGER = 'stranger@example';
const BACKGROUND: Origin = {
  route: 'external',
  extensionId: CONTENT.extensionId,
  sender: {
    id: CONTENT.extensionId,
    url: 'moz-extension://demo/',
    contextId: 2,
    envType: 'addon_child',
  },
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const posted = (seq: number): PortholeEvent => ['posted', 1, 100 + seq, seq, 0, 'json', 3, 0, 3];
const delivered = (seq: number): PortholeEvent => [
  'delivered',
  1,
  101 + seq,
  seq,
  1,
  'json',
  3,
  0,
  3,
];

/** What the model says about everything that has an end in the extension `id`. */
function told(contexts: readonly StoredContext[], segments: readonly StoredSegment[], id: string) {
  const model = new Model();
  model.addContexts([...contexts]);
  for (const segment of segments) model.addSegment(segment);
  model.settle();
  const own = (key: string | null | undefined): boolean => key?.startsWith(`${id}\n`) === true;
  const connections = [...model.connections.values()].filter(
    ({ opener, acceptors }) =>
      own(opener?.context) || acceptors.some(({ context }) => own(context)),
  );
  const keys = new Set(connections.map(({ key }) => key));
  const messages = [...model.rows].flatMap((row) =>
    row.kind === 'message' && keys.has(row.message.connection)
      ? [{ ...row.message, payload: model.payloadText(row.message.payload) }]
      : [],
  );
  return { connections, messages };
}

const valid: fc.Arbitrary<PortholeEvent> = fc.oneof(
  fc.constantFrom(...EVENTS),
  fc
    .constantFrom(...EVENTS)
    .chain((event) => mutated(event))
    .filter(passes)
    .map((event) => event as PortholeEvent),
);

function passes(event: unknown): boolean {
  try {
    const packed = packEvents([event as PortholeEvent], BATCH.payload);
    return readEvents({ ...BATCH, ...packed, type: 'batch' }).length === 1;
  } catch {
    return false;
  }
}

const frame = fc.oneof(
  mutated(HELLO),
  fc.constant(HELLO),
  mutated(RELAY_HEADER),
  mutated(BATCH),
  fc.constantFrom(...FILES),
  nasty,
);

test(
  'whatever strangers send, the recording of others is what it would be without them',
  { timeout: 120_000 },
  async () => {
    const { collector, database } = await setUp();
    const content = connect(collector);
    content.end.message(hello('context-one'));
    const background = connect(collector, BACKGROUND);
    background.end.message(hello('background-one', { kind: 'background' }));
    content.batch(1, [['opened', 1, 100, 'runtime.connect', 'port', {}, 0, 0, 0]]);
    background.batch(1, [['accepted', 1, 101, 'runtime.onConnect', 'port', CONTENT.sender, 0, 0]]);

    const lines = fc.sample(fc.array(frame, { minLength: 1, maxLength: 20 }), 400);
    let sent = 0;
    let rejected = 0;
    for (const [index, frames] of lines.entries()) {
      const route = index % 3 === 0 ? 'relay' : 'external';
      const sender = { ...CONTENT.sender, id: STRANGER, contextId: index % 7 };
      const line: Line = connect(collector, { route, extensionId: STRANGER, sender });
      if (index % 2 === 0) {
        if (route === 'relay') line.end.message(RELAY_HEADER);
        line.end.message({ ...HELLO, uid: `stranger-${index}` });
        // What the guards let through may still lie.
        const lies = fc.sample(fc.array(valid, { minLength: 1, maxLength: 12 }), 5);
        for (const [batch, events] of lies.entries()) {
          line.batch(batch + 1, events, BATCH.payload);
          sent += 1;
        }
      }
      for (const one of frames) {
        line.end.message(one);
        sent += 1;
      }
      if (line.received.at(-1)?.type === 'rejected') rejected += 1;
      if (index % 20 === 0) {
        const seq = index / 20 + 1;
        content.batch(seq + 1, [posted(seq)], `"${String.fromCharCode(97 + seq)}"`);
        background.batch(seq + 1, [delivered(seq)], `"${String.fromCharCode(97 + seq)}"`);
      }
    }
    await content.acked(21);
    await background.acked(21);
    // The strangers' last batches are committed with or after these.
    content.batch(22, [posted(21)], '"z"');
    background.batch(22, [delivered(21)], '"z"');
    await content.acked(22);
    await background.acked(22);
    expect(rejected).toBeGreaterThan(200);
    const stored = await readSegments(database, 0, 10_000);
    const lies = stored.flatMap(({ runs }) =>
      runs.filter(({ context }) => context.startsWith(STRANGER)),
    );
    expect(lies.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(1_000);
    console.log(
      `collector: ${sent} hostile frames on ${lines.length} lines, ${rejected} lines rejected`,
    );

    const contexts = await readContexts(database);
    const segments = await readSegments(database, 0, 10_000);
    const mine = ({ context }: { readonly context: string }): boolean =>
      context.startsWith(`${CONTENT.extensionId}\n`);
    const alone = told(
      contexts.filter(({ extensionId }) => extensionId === CONTENT.extensionId),
      segments.map((segment) => ({ ...segment, runs: segment.runs.filter(mine) })),
      CONTENT.extensionId,
    );
    expect(alone.messages).toHaveLength(21);
    expect(alone.connections).toHaveLength(1);
    expect(told(contexts, segments, CONTENT.extensionId)).toEqual(alone);
    for (const { context } of segments.flatMap(({ runs }) => runs)) {
      expect(context).toMatch(/^(demo|stranger)@example\n[\w-]+$/);
    }
  },
);
