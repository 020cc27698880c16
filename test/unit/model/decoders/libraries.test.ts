/** Each decoder against what the real library says. */

import * as Comlink from 'comlink';
import { createTRPCProxyClient } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from 'json-rpc-2.0';
import { createChromeHandler } from 'trpc-browser/adapter';
import { chromeLink } from 'trpc-browser/link';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { detectMessageType } from '../../../../src/model/message-type.js';
import { parseRich } from '../../../../src/model/rich-reader.js';
import { DECODERS } from '../../../../src/model/decoders/index.js';
import {
  answers,
  fakeBrowser,
  portPair,
  summaries,
  types,
  type FakePort,
  type Said,
} from './traffic.js';

let said: Said[] = [];

beforeEach(() => {
  said = [];
});

afterAll(() => vi.unstubAllGlobals());

test('JSON-RPC 2.0, as json-rpc-2.0 writes it', async () => {
  const { opener, acceptor } = portPair('rpc', said);
  const peer = (port: FakePort) => {
    const both = new JSONRPCServerAndClient(
      new JSONRPCServer({ errorListener: () => undefined }),
      new JSONRPCClient((request) => port.postMessage(request)),
    );
    port.onMessage.addListener((message) => void both.receiveAndSend(message));
    return both;
  };
  const client = peer(opener);
  const server = peer(acceptor);
  server.addMethod('add', ([a, b]: [number, number]) => a + b);
  server.addMethod('fail', () => {
    throw new Error('no');
  });
  client.addMethod('whoAreYou', () => 'the client');
  client.notify('started', { at: 1 });
  const [sum, none, who] = await Promise.all([
    client.request('add', [1, 2]),
    client.request('fail', []).then(undefined, String),
    server.request('whoAreYou', undefined),
  ]);
  expect([sum, none, who]).toEqual([3, 'Error: no', 'the client']);
  expect(summaries(said)).toEqual([
    'JSON-RPC 2.0 notice started',
    'JSON-RPC 2.0 request add',
    'JSON-RPC 2.0 request fail',
    'JSON-RPC 2.0 request whoAreYou',
    ...said.slice(4).map(() => expect.stringMatching(/^JSON-RPC 2\.0 response -/)),
  ]);
  expect(answers(said).sort()).toEqual(['add', 'fail', 'whoAreYou']);
  expect(summaries(said).filter((each) => each.endsWith('failed'))).toHaveLength(1);
  // Its `method` stands where the general rule looks.
  const called = said
    .slice(0, 4)
    .map(({ form, text }) =>
      detectMessageType(form, text, form === 'rich' ? parseRich(text) : undefined),
    );
  expect(called).toEqual(['started', 'add', 'fail', 'whoAreYou']);
});

test('comlink', async () => {
  const { opener, acceptor } = portPair('comlink', said);
  const endpoint = (port: FakePort) => {
    const wrapped = new Map<unknown, (message: unknown) => void>();
    return {
      postMessage: (message: unknown) => port.postMessage(message),
      addEventListener(_: string, listener: (event: { data: unknown }) => void) {
        const heard = (data: unknown) => listener({ data });
        wrapped.set(listener, heard);
        port.onMessage.addListener(heard);
      },
      removeEventListener(_: string, listener: unknown) {
        port.onMessage.removeListener(wrapped.get(listener) ?? (() => undefined));
      },
    } as unknown as Comlink.Endpoint;
  };
  const api = {
    counter: 1,
    math: { add: (a: number, b: number) => a + b },
    lookUp: () => new Map([['a', 1n]]),
    fail: () => {
      throw new RangeError('too far');
    },
  };
  Comlink.expose(api, endpoint(acceptor));
  const remote = Comlink.wrap(endpoint(opener)) as unknown as typeof api;
  expect(await (remote.math.add(1, 2) as unknown as Promise<number>)).toBe(3);
  expect(await (remote.counter as unknown as Promise<number>)).toBe(1);
  remote.counter = 5;
  await vi.waitFor(() => expect(said).toHaveLength(6));
  const lookUp = remote.lookUp as unknown as () => Promise<unknown>;
  expect(await lookUp()).toEqual(new Map([['a', 1n]]));
  const fail = remote.fail as unknown as () => Promise<never>;
  await expect(fail()).rejects.toThrow('too far');
  expect(summaries(said)).toEqual([
    'comlink request math.add',
    'comlink response -',
    'comlink request get counter',
    'comlink response -',
    'comlink request set counter',
    'comlink response -',
    'comlink request lookUp',
    'comlink response -',
    'comlink request fail',
    'comlink response - failed',
  ]);
  expect(answers(said)).toEqual(['math.add', 'get counter', 'set counter', 'lookUp', 'fail']);
  // A rich payload has a type where its value is at hand, which is tested below.
  const json = said.filter(({ form }) => form === 'json');
  expect(types(json)).toEqual([
    ...['math.add', null, 'get counter', null, 'set counter', null, 'lookUp', 'fail', null],
  ]);
});

test('webext-bridge', async () => {
  const browser = fakeBrowser(said);
  vi.stubGlobal('browser', browser);
  vi.stubGlobal('chrome', browser);
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('window', globalThis);
  const background = await import('webext-bridge/background');
  const content = await import('webext-bridge/content-script');
  background.onMessage('get-user', ({ data }) => ({ user: data }));
  background.onMessage('broken', () => {
    throw new TypeError('no such user');
  });
  content.onMessage('title', () => 'A page');
  expect(await content.sendMessage('get-user', { id: 3 }, 'background')).toEqual({
    user: { id: 3 },
  });
  expect(await background.sendMessage('title', {}, 'content-script@7')).toBe('A page');
  const lost = vi.fn();
  process.once('unhandledRejection', lost);
  await expect(content.sendMessage('broken', {}, 'background')).rejects.toThrow('no such user');
  const seen = summaries(said);
  expect(seen).not.toContain('?');
  expect(seen[0]).toBe('webext-bridge notice sync');
  expect(seen.filter((each) => each.includes('request'))).toEqual([
    'webext-bridge request get-user',
    'webext-bridge request title',
    'webext-bridge request broken',
  ]);
  expect(seen.filter((each) => each.includes('response'))).toEqual([
    'webext-bridge response get-user',
    'webext-bridge response title',
    'webext-bridge response broken failed',
  ]);
  expect(answers(said)).toEqual(['get-user', 'title', 'broken']);
});

test('@webext-core/messaging', async () => {
  const browser = fakeBrowser(said);
  vi.stubGlobal('chrome', browser);
  const { defineExtensionMessaging } = await import('@webext-core/messaging');
  const define = () =>
    defineExtensionMessaging<{ double(value: number): number; broken(): void }>();
  const here = define();
  const there = define();
  there.onMessage('double', ({ data }) => data * 2);
  there.onMessage('broken', () => {
    throw new Error('no');
  });
  expect(await here.sendMessage('double', 4)).toBe(8);
  await expect(here.sendMessage('broken')).rejects.toThrow('no');
  expect(summaries(said)).toEqual([
    '@webext-core/messaging request double',
    '?',
    '@webext-core/messaging request broken',
    '?',
  ]);
  const decoder = DECODERS.find(({ name }) => name === '@webext-core/messaging');
  const failed = said
    .filter(({ by }) => by === 'acceptor')
    .map(({ text }) => decoder?.failedReply?.(JSON.parse(text) as Record<string, unknown>));
  expect(failed).toEqual([false, true]);
});

test('tRPC, over trpc-browser', async () => {
  const browser = fakeBrowser(said);
  const t = initTRPC.create({ isServer: false, allowOutsideOfServer: true });
  const router = t.router({
    user: t.router({
      get: t.procedure.input((value) => value as string).query(({ input }) => ({ name: input })),
    }),
    save: t.procedure.mutation(() => {
      throw new Error('read only');
    }),
    ticks: t.procedure.subscription(() =>
      observable<number>((emit) => {
        emit.next(1);
        emit.next(2);
        emit.complete();
      }),
    ),
  });
  createChromeHandler({ router, chrome: browser as never });
  const port = browser.runtime.connect({ name: 'trpc' });
  const client = createTRPCProxyClient<typeof router>({
    links: [chromeLink({ port: port as never })],
  });
  expect(await client.user.get.query('Ada')).toEqual({ name: 'Ada' });
  await expect(client.save.mutate()).rejects.toThrow('read only');
  await new Promise<void>((complete) => {
    client.ticks.subscribe(undefined, { onComplete: complete });
  });
  const seen = summaries(said);
  expect(seen.slice(0, 5)).toEqual([
    'tRPC request user.get',
    'tRPC response -',
    'tRPC request save',
    'tRPC response - failed',
    'tRPC request ticks',
  ]);
  expect(seen).not.toContain('?');
  const answered = answers(said);
  expect(answered.slice(0, 2)).toEqual(['user.get', 'save']);
  expect(new Set(answered.slice(2))).toEqual(new Set(['ticks']));
});
