import { beforeEach, expect, test, vi } from 'vitest';

const api = vi.hoisted(() => ({
  tabs: { get: vi.fn() },
  scripting: { executeScript: vi.fn() },
  permissions: { contains: vi.fn() },
  userScripts: undefined as
    { configureWorld: ReturnType<typeof vi.fn>; execute: ReturnType<typeof vi.fn> } | undefined,
  runtime: {} as Record<string, unknown>,
}));
vi.mock('webextension-polyfill', () => ({ default: api }));

const { runExample } = await import('../../../src/playground/run.js');
const { startPlayground } = await import('../../../src/playground/background-side.js');

beforeEach(() => {
  vi.resetAllMocks();
  api.tabs.get.mockResolvedValue({ id: 1 });
  api.userScripts = {
    configureWorld: vi.fn(),
    execute: vi.fn().mockResolvedValue([{ frameId: 0 }]),
  };
});

test('the instrumentation runs before the example, in worlds that may connect', async () => {
  api.scripting.executeScript.mockResolvedValue([{ frameId: 0 }]);
  expect((await runExample(1, { example: 'content-script' })).ok).toBe(true);
  expect(api.scripting.executeScript).toHaveBeenCalledWith({
    target: { tabId: 1 },
    files: ['/src/instrumentation/content-script.js', '/src/playground/content-script.js'],
  });
  expect((await runExample(1, { example: 'code', code: '1 + 1' })).ok).toBe(true);
  expect(api.userScripts?.configureWorld).toHaveBeenCalledWith({ messaging: true });
  expect(api.userScripts?.execute).toHaveBeenCalledWith({
    target: { tabId: 1 },
    js: [{ file: '/src/instrumentation/user-script.js' }, { code: '1 + 1' }],
  });
});

test('says why it cannot run', async () => {
  const code = { example: 'code', code: '' } as const;
  const script = { example: 'content-script' } as const;
  const why = async (run: typeof code | typeof script): Promise<string> => {
    const { ok, message } = await runExample(1, run);
    expect(ok).toBe(false);
    return message;
  };
  api.userScripts?.execute.mockResolvedValue([{ error: new TypeError('x is null') }]);
  expect(await why(code)).toBe('The user script threw: x is null');
  api.userScripts = undefined;
  expect(await why(code)).toContain('"userScripts"');
  expect((await runExample(1, code)).missing).toBe('userScripts');

  api.scripting.executeScript.mockRejectedValue(new Error('Missing host permission for the tab'));
  api.permissions.contains.mockResolvedValue(false);
  expect(await why(script)).toContain('permission to run scripts in this page is missing');
  expect((await runExample(1, script)).missing).toBe('pages');
  api.permissions.contains.mockResolvedValue(true);
  expect(await why(script)).toContain('Firefox lets no extension run scripts in this page');
  api.scripting.executeScript.mockResolvedValue([undefined]);
  expect(await why(script)).toContain('Firefox lets no extension run scripts in this page');
  api.scripting.executeScript.mockRejectedValue(new Error('odd'));
  expect(await why(script)).toBe('Firefox refused to run it: odd');
  api.tabs.get.mockRejectedValue(new Error('Invalid tab ID: 1'));
  expect(await why(script)).toBe('That tab is gone.');
});

function fakeEvent() {
  const listeners = new Set<(value: unknown) => void>();
  return {
    addListener: (listener: (value: unknown) => void) => listeners.add(listener),
    hasListener: (listener: (value: unknown) => void) => listeners.has(listener),
    fire: (value: unknown) => listeners.forEach((listener) => listener(value)),
    count: () => listeners.size,
  };
}

function fakePort(name: string) {
  const port = { name, postMessage: vi.fn(), onMessage: fakeEvent(), onDisconnect: fakeEvent() };
  return port;
}

test('the background side greets back, posts to every open port, and leaves reports alone', () => {
  const onConnect = fakeEvent();
  api.runtime = { onConnect };
  const playground = startPlayground();
  expect(playground.post('nobody').ok).toBe(false);

  const report = fakePort('porthole@webext-devtools/report');
  onConnect.fire(report);
  expect(report.onMessage.count()).toBe(0);

  const content = fakePort('port-from-cs');
  onConnect.fire(content);
  content.onMessage.fire({ type: 'greeting', text: 'hello' });
  content.onMessage.fire(null);
  expect(content.postMessage.mock.calls).toEqual([
    [{ type: 'greeting', text: 'hello from the background', name: 'port-from-cs' }],
  ]);

  // The userScripts permission was granted meanwhile.
  const onUserScriptConnect = fakeEvent();
  api.runtime['onUserScriptConnect'] = onUserScriptConnect;
  playground.listen();
  playground.listen();
  const user = fakePort('port-from-us');
  onUserScriptConnect.fire(user);
  expect(playground.post('hi')).toEqual({ ok: true, message: 'Posted to 2 ports.' });
  expect(user.postMessage).toHaveBeenCalledWith({ type: 'ping', text: 'hi' });
  content.onDisconnect.fire(content);
  expect(playground.post('hi').message).toBe('Posted to 1 port.');
});
