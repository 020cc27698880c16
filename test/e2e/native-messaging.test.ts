/** Native messaging with a real host, found as Firefox finds it: in the home folder of its process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import { parseRun, type PortholeEvent } from '../../src/protocol/index.js';
import { installNativeHost, NATIVE_APP as APP } from '../support/native-host.js';
import { expectAgreement } from './support/agreement.js';
import { capturedMessages } from './support/captured-requests.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Recorded, type Session } from './support/session.js';
import { payloadOf } from './support/stored-payload.js';

const MISSING = 'No such native application porthole.missing';

const home = temporaryFolder();
const env = { HOME: home.path };
let session: Session;
let seen: unknown;

beforeAll(async () => {
  await installNativeHost(home.path, ['native@fixture.porthole']);
  session = await startSession({ extensions: ['native'], env });
  seen = await run(session);
});

/** @returns what the extension saw */
async function run({ open }: Session): Promise<unknown> {
  const page = await open('/native');
  const text = await pollUntil(
    'the extension to be done',
    () => page.evaluate(() => document.body.dataset['native']),
    (value) => value !== undefined,
  );
  return JSON.parse(text ?? 'null');
}

afterAll(async () => {
  await session?.close();
  await home.remove();
});

it('gives the extension what it gets without Porthole', async () => {
  const bare = await startSession({ bare: ['native'], env });
  try {
    expect(seen).toEqual(await run(bare));
  } finally {
    await bare.close();
  }
  expect(seen).toEqual({
    talk: {
      name: APP,
      heard: [{ echo: { say: 'hello' } }, { echo: [1, null, 'two'] }, { echo: { labelled: 'a' } }],
      error: null,
    },
    missing: MISSING,
    once: { echo: { once: { labelled: 'a' } } },
    callback: { echo: { callback: true } },
    failed: MISSING,
    // Each toJSON once.
    runs: 2,
  });
});

/** Events of ports that lead to native applications, by application, then port; numbers and texts. */
function nativePorts({ segments }: Recorded): string[][] {
  const ports = new Map<string, string[]>();
  for (const segment of segments) {
    for (const run of segment.runs) {
      for (const event of parseRun(run)) {
        const key = `${run.context} ${String(event[1])}`;
        if (event[0] === 'opened' && event[3] === 'runtime.connectNative') {
          ports.set(key, [`opened ${event[4]} ${JSON.stringify(event[5])}`]);
        } else if (isOfPort(event)) {
          ports.get(key)?.push(textOf(event, segment));
        }
      }
    }
  }
  return [...ports.values()];
}

type OfPort = Extract<
  PortholeEvent,
  readonly ['posted' | 'delivered' | 'refused' | 'disconnected', ...unknown[]]
>;

function isOfPort(event: PortholeEvent): event is OfPort {
  return ['posted', 'delivered', 'refused', 'disconnected'].includes(event[0]);
}

function textOf(event: OfPort, segment: Recorded['segments'][number]): string {
  if (event[0] === 'disconnected') return `disconnected by ${event[3]}, ${String(event[4])}`;
  const what = event[0] === 'refused' ? `refused ${event[3]}` : event[0];
  return `${what} ${String(payloadOf(event, segment))}`;
}

it('records both ways of a port to an application, its errors and its end', async () => {
  const opened = (name: string): string => `opened ${name} {"application":"${name}"}`;
  const expected = [
    [opened(APP), 'posted "bye"', 'delivered {"echo":"bye"}', 'disconnected by self, null'],
    [
      opened(APP),
      'posted {"say":"hello"}',
      'posted Array[1,null,"two"]',
      'posted {"labelled":"a"}',
      "refused TypeError: BigInt value can't be serialized in JSON unreadable: BigInt value can't be serialized in JSON",
      'delivered {"echo":{"say":"hello"}}',
      'delivered {"echo":Array[1,null,"two"]}',
      'delivered {"echo":{"labelled":"a"}}',
      'posted {"exit":3}',
      'disconnected by other, null',
    ],
    [opened('porthole.missing'), `disconnected by other, ${MISSING}`],
  ];
  const seenPorts = await session
    .until('all ports to end', (recorded) => nativePorts(recorded).flat().length >= 16)
    .then(nativePorts, async () => nativePorts(await session.recorded()));
  expect(seenPorts).toEqual(expected);
});

it('agrees with the witness on ports and one-off messages to an application', async () => {
  const comparison = await expectAgreement(session);
  expect(comparison).toMatchObject({ ports: 3, requests: 4 });
  const captured = capturedMessages((await session.recorded()).segments);
  const native = captured.requests.filter(({ event }) => event[3] === 'runtime.sendNativeMessage');
  expect(native.map(({ event, text, outcome }) => ({ target: event[4], text, outcome }))).toEqual([
    {
      target: { application: APP },
      text: '{"once":{"labelled":"a"}}',
      outcome: { reply: '{"echo":{"once":{"labelled":"a"}}}' },
    },
    {
      target: { application: APP },
      text: '{"callback":true}',
      outcome: { reply: '{"echo":{"callback":true}}' },
    },
    {
      target: { application: 'porthole.missing' },
      text: '{"to":"nobody"}',
      outcome: { error: MISSING },
    },
  ]);
});
