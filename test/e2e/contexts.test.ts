/** Each kind of context, one fixture extension each, against the witness. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Model } from '../../src/model/index.js';
import type { ContextKind } from '../../src/protocol/index.js';
import { expectAgreement } from './support/agreement.js';
import { startSession, type Recorded, type Session } from './support/session.js';

const FIXTURES = [
  'content-script',
  'mv2-background-page',
  'mv2-background-scripts',
  'module-background',
  'user-script',
  'extension-pages',
  'no-receiver',
];

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: FIXTURES });
  await session.open('/contexts');
});

afterAll(async () => {
  await session?.close();
});

function connections(model: Model, name: string): Connection[] {
  return [...model.connections.values()].filter((connection) => connection.name === name);
}

/** Kinds of the two ends, messages each way with at least one delivery. */
function summary(model: Model, connection: Connection): object {
  const kind = (context: string | undefined): ContextKind | undefined =>
    model.contexts.get(context ?? '')?.kind;
  const delivered = { acceptor: 0, opener: 0 };
  for (const row of model.rows) {
    if (row.kind !== 'message' || row.message.connection !== connection.key) continue;
    if (row.message.postedAt !== null && row.message.deliveries.length > 0) {
      delivered[row.message.toward] += 1;
    }
  }
  return {
    opener: kind(connection.opener?.context),
    acceptors: connection.acceptors.map(({ context }) => kind(context)),
    delivered,
  };
}

async function expectConnection(name: string, expected: object): Promise<void> {
  const seen = ({ model }: Recorded): object[] =>
    connections(model, name).map((connection) => summary(model, connection));
  const { model } = await session
    .until(`connection ${name}`, (recorded) =>
      seen(recorded).some((one) => JSON.stringify(one) === JSON.stringify(expected)),
    )
    .catch(() => session.recorded());
  expect(connections(model, name).map((connection) => summary(model, connection))).toContainEqual(
    expected,
  );
}

describe('a connection is seen from both ends', () => {
  it('content script and MV3 event page', async () => {
    await expectConnection('from-content', {
      opener: 'content-script',
      acceptors: ['background'],
      delivered: { acceptor: 3, opener: 3 },
    });
  });

  it('content script and MV2 background page, through browser', async () => {
    await expectConnection('to-browser', {
      opener: 'content-script',
      acceptors: ['background'],
      delivered: { acceptor: 1, opener: 1 },
    });
  });

  it('content script and MV2 background page, through chrome', async () => {
    await expectConnection('to-chrome', {
      opener: 'content-script',
      acceptors: ['background'],
      delivered: { acceptor: 1, opener: 1 },
    });
  });

  it('MV2 background scripts, which hang up', async () => {
    await expectConnection('closed-by-background', {
      opener: 'content-script',
      acceptors: ['background'],
      delivered: { acceptor: 1, opener: 1 },
    });
    const { model } = await session.until('the port to be closed', (recorded) =>
      connections(recorded.model, 'closed-by-background').every(
        ({ closedBy }) => closedBy !== null,
      ),
    );
    const [connection] = connections(model, 'closed-by-background');
    expect(model.contexts.get(connection?.closedBy ?? '')?.kind).toBe('background');
    expect(connection?.state).toBe('closed');
  });

  it('module background that calls tabs.connect', async () => {
    await expectConnection('from-background', {
      opener: 'background',
      acceptors: ['content-script'],
      delivered: { acceptor: 1, opener: 1 },
    });
  });

  it('user scripts in two worlds', async () => {
    const expected = {
      opener: 'user-script',
      acceptors: ['background'],
      delivered: { acceptor: 2, opener: 1 },
    };
    const { model } = await session
      .until(
        'both worlds',
        (recorded) =>
          connections(recorded.model, 'from-user-script').length === 2 &&
          connections(recorded.model, 'from-user-script').every(
            (one) => JSON.stringify(summary(recorded.model, one)) === JSON.stringify(expected),
          ),
      )
      .catch(() => session.recorded());
    const both = connections(model, 'from-user-script');
    expect(both.map((one) => summary(model, one))).toEqual([expected, expected]);
    const worlds = both.map(({ opener }) => model.contexts.get(opener?.context ?? '')?.worldId);
    expect(worlds.sort()).toEqual(['', 'second']);
  });

  it.each(['popup', 'options', 'sidebar', 'page'])('extension page %s', async (name) => {
    const { system, browser } = session.firefox;
    const host = await system.evaluate(function hostOf(window, id) {
      return (window.WebExtensionPolicy.getByID(id) as unknown as { mozExtensionHostname: string })
        .mozExtensionHostname;
    }, 'pages@fixture.porthole');
    const page = await browser.newPage();
    await page.goto(`moz-extension://${host}/${name}.html`, { waitUntil: [] });
    await expectConnection(name, {
      opener: 'page',
      acceptors: ['background'],
      delivered: { acceptor: 1, opener: 1 },
    });
    await page.close();
  });
});

it('shows a connection nobody accepted, with Firefox’s error, which the extension still gets', async () => {
  const { model } = await session.until('the failed connection', (recorded) =>
    connections(recorded.model, 'to-nobody').some(({ state }) => state === 'failed'),
  );
  const error = 'Could not establish connection. Receiving end does not exist.';
  expect(connections(model, 'to-nobody').map((one) => one.error)).toContain(error);
  const page = (await session.firefox.browser.pages()).find((one) =>
    one.url().endsWith('/contexts'),
  );
  expect(await page?.evaluate(() => document.body.dataset['error'])).toBe(error);
});

it('leaves MAIN world user scripts alone, and they still run', async () => {
  const page = (await session.firefox.browser.pages()).find((one) =>
    one.url().endsWith('/contexts'),
  );
  expect(await page?.title()).toBe('/contexts (main world)');
});

it('agrees with the witness on every port', async () => {
  const comparison = await expectAgreement(session);
  expect(comparison.ports).toBeGreaterThanOrEqual(12);
});
