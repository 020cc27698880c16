/** Content scripts that the host injects by itself get the instrumentation first, and the host does not see it. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createPatches, type Patches } from '../../../src/instrumentation/undo.js';
import type { NativeApi } from '../../../src/instrumentation/webext-types.js';
import { wrapScripting } from '../../../src/instrumentation/wrap-scripting.js';

const FILE = '/porthole/content-script.js';

interface Script {
  id: string;
  world?: string;
  js?: string[];
  css?: string[];
}
type Callback = (answer: unknown) => void;
type Method = (...args: never[]) => unknown;

/** Answers as Firefox does: a promise on `browser`; on `chrome` of Manifest V2 a callback or nothing. */
class FakeScripting {
  readonly scripts = new Map<string, Script>();
  /** Every call that injects, as `api.method` and its arguments. */
  readonly calls: [string, ...unknown[]][] = [];

  namespaces(style: 'promise' | 'callback'): Record<string, Record<string, Method>> {
    const answer =
      (work: (...args: unknown[]) => unknown): Method =>
      (...args: unknown[]) => {
        const last = args.at(-1);
        const callback = typeof last === 'function' ? (args.pop() as Callback) : undefined;
        const answered = (async () => Promise.resolve(work(...args)))();
        if (callback === undefined && style === 'promise') return answered;
        void (async () => {
          const value = await answered.catch(() => undefined);
          callback?.(value);
        })();
        return undefined;
      };
    const inject = (name: string): Method =>
      answer((...args) => {
        this.calls.push([name, ...(structuredClone(args) as unknown[])]);
        return [`result ${String(this.calls.length)}`];
      });
    return {
      scripting: {
        registerContentScripts: answer((scripts) => {
          for (const script of scripts as Script[]) {
            this.scripts.set(script.id, { world: 'ISOLATED', ...structuredClone(script) });
          }
        }),
        updateContentScripts: answer((scripts) => {
          for (const script of scripts as Script[]) {
            const old = this.scripts.get(script.id);
            if (old === undefined) throw new Error(`"${script.id}" does not exist.`);
            this.scripts.set(script.id, { ...old, ...structuredClone(script) });
          }
        }),
        getRegisteredContentScripts: answer((filter) => {
          const ids = (filter as { ids?: string[] } | undefined)?.ids;
          const found = [...this.scripts.values()].filter(({ id }) => ids?.includes(id) ?? true);
          return found.map((script) => ({
            ...structuredClone(script),
            ...(script.js && { js: script.js.map((path) => path.replace(/^\//, '')) }),
          }));
        }),
        executeScript: inject('scripting'),
      },
      tabs: { executeScript: inject('tabs') },
      contentScripts: { register: inject('contentScripts') },
    };
  }
}

let fake: FakeScripting;
let patches: Patches;
let browser: ReturnType<FakeScripting['namespaces']>;
let chrome: ReturnType<FakeScripting['namespaces']>;

function wrap(adopt = false): void {
  patches = createPatches();
  browser = fake.namespaces('promise');
  chrome = fake.namespaces('callback');
  wrapScripting([browser, chrome] as unknown as NativeApi[], patches.wrap, adopt, FILE);
}

function call(api: typeof browser, path: string, ...args: unknown[]): unknown {
  const [namespace, method] = path.split('.') as [string, string];
  const found = api[namespace]?.[method];
  return (found as unknown as (...all: unknown[]) => unknown)(...args);
}

const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  fake = new FakeScripting();
  wrap();
});

describe('registered content scripts', () => {
  const scripts = (): Script[] => [
    { id: 'isolated', js: ['host.js'] },
    { id: 'main', world: 'MAIN', js: ['host.js'] },
    { id: 'style', css: ['host.css'] },
  ];

  it.each(['promise', 'callback'])('have the instrumentation first, by %s', async (style) => {
    const api = style === 'promise' ? browser : chrome;
    const given = scripts();
    const returned = call(api, 'scripting.registerContentScripts', given);
    expect(returned === undefined).toBe(style === 'callback');
    await settled();
    expect(given).toEqual(scripts());
    expect(fake.scripts.get('isolated')?.js).toEqual([FILE, 'host.js']);
    expect(fake.scripts.get('main')?.js).toEqual(['host.js']);
    expect(fake.scripts.get('style')?.js).toBeUndefined();
    call(api, 'scripting.updateContentScripts', [
      { id: 'isolated', js: ['new.js'] },
      { id: 'main', js: ['new.js'] },
    ]);
    await settled();
    expect(fake.scripts.get('isolated')?.js).toEqual([FILE, 'new.js']);
    expect(fake.scripts.get('main')?.js).toEqual(['new.js']);
  });

  it('are listed as the host gave them', async () => {
    await call(browser, 'scripting.registerContentScripts', scripts());
    const listed = scripts().map((script) => ({ world: 'ISOLATED', ...script }));
    expect(await call(browser, 'scripting.getRegisteredContentScripts')).toEqual(listed);
    let called: unknown;
    call(
      chrome,
      'scripting.getRegisteredContentScripts',
      {},
      (answer: unknown) => (called = answer),
    );
    await settled();
    expect(called).toEqual(listed);
  });

  it('that an earlier life registered keep their world', async () => {
    await call(browser, 'scripting.registerContentScripts', scripts());
    wrap();
    const update = ['isolated', 'main'].map((id) => ({ id, js: ['new.js'] }));
    let called = 0;
    expect(
      call(chrome, 'scripting.updateContentScripts', update, () => (called += 1)),
    ).toBeUndefined();
    await settled();
    expect(called).toBe(1);
    expect(fake.scripts.get('isolated')?.js).toEqual([FILE, 'new.js']);
    expect(fake.scripts.get('main')?.js).toEqual(['new.js']);
    await expect(
      call(browser, 'scripting.updateContentScripts', [{ id: 'none', js: ['new.js'] }]),
    ).rejects.toThrow('does not exist');
  });

  it('that were registered without the instrumentation get it', async () => {
    const bare = fake.namespaces('promise');
    await call(bare, 'scripting.registerContentScripts', scripts());
    wrap(true);
    await settled();
    expect(fake.scripts.get('isolated')?.js).toEqual([FILE, 'host.js']);
    expect(fake.scripts.get('main')?.js).toEqual(['host.js']);
    expect(fake.scripts.get('style')?.js).toBeUndefined();
  });
});

describe('injected content scripts', () => {
  const target = { tabId: 1, allFrames: true };

  it('from files have the instrumentation before them', async () => {
    const injection = { target, files: ['a.js', 'b.js'], injectImmediately: true };
    expect(await call(browser, 'scripting.executeScript', injection)).toEqual(['result 1']);
    expect(fake.calls).toEqual([
      ['scripting', { target, files: [FILE, 'a.js', 'b.js'], injectImmediately: true }],
    ]);
    expect(injection.files).toEqual(['a.js', 'b.js']);
  });

  it('from functions have it run just before, in the same place', async () => {
    const clone = { target, injectImmediately: true };
    const returned = call(browser, 'scripting.executeScript', {
      ...clone,
      func: 'pretended',
      args: [1],
    });
    expect(fake.calls).toEqual([
      ['scripting', { ...clone, files: [FILE], func: null, args: null }],
      ['scripting', { ...clone, func: 'pretended', args: [1] }],
    ]);
    expect(await returned).toEqual(['result 2']);
  });

  it('in the page’s own world, without files, or malformed are left alone', async () => {
    const injections = [
      { target, world: 'MAIN', files: ['a.js'] },
      { target, world: 'MAIN', func: 'pretended' },
      { target, files: [] },
      { target },
      7,
    ];
    for (const injection of injections) {
      await call(browser, 'scripting.executeScript', injection);
      await call(browser, 'contentScripts.register', injection);
    }
    expect(fake.calls.flatMap((each) => each.slice(1))).toEqual(
      injections.flatMap((injection) => [injection, injection]),
    );
  });

  it.each(['promise', 'callback'])('of tabs.executeScript have it run before, by %s', async (s) => {
    const api = s === 'promise' ? browser : chrome;
    let called: unknown;
    const callback = (answer: unknown): void => void (called = answer);
    const args = [7, { code: '1', frameId: 3 }, ...(s === 'callback' ? [callback] : [])];
    const returned = call(api, 'tabs.executeScript', ...args);
    await settled();
    expect(s === 'callback' ? called : await returned).toEqual(['result 2']);
    expect(returned === undefined).toBe(s === 'callback');
    expect(fake.calls).toEqual([
      ['tabs', 7, { code: null, file: FILE, frameId: 3 }],
      ['tabs', 7, { code: '1', frameId: 3 }],
    ]);
    await call(browser, 'tabs.executeScript', { file: 'a.js', allFrames: true });
    expect(fake.calls.slice(2)).toEqual([
      ['tabs', { code: null, file: FILE, allFrames: true }],
      ['tabs', { file: 'a.js', allFrames: true }],
    ]);
  });

  it('of contentScripts.register have it first', async () => {
    const js = [{ file: 'a.js' }, { code: 'b()' }];
    await call(browser, 'contentScripts.register', { matches: ['<all_urls>'], js });
    await call(browser, 'contentScripts.register', { matches: ['<all_urls>'], world: 'MAIN', js });
    await call(browser, 'contentScripts.register', { matches: ['<all_urls>'], css: js });
    expect(fake.calls).toEqual([
      ['contentScripts', { matches: ['<all_urls>'], js: [{ file: FILE }, ...js] }],
      ['contentScripts', { matches: ['<all_urls>'], world: 'MAIN', js }],
      ['contentScripts', { matches: ['<all_urls>'], css: js }],
    ]);
  });
});

it('is left alone where no path was written in', () => {
  const natives = fake.namespaces('promise');
  const copy = { scripting: { ...natives['scripting'] } };
  wrapScripting([copy as unknown as NativeApi], createPatches().wrap, true);
  expect(copy.scripting).toEqual(natives['scripting']);
});
