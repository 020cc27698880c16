/** User scripts get the instrumentation first, and the host does not see it. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createPatches, type Patches } from '../../../src/instrumentation/undo.js';
import type { NativeApi } from '../../../src/instrumentation/webext-types.js';
import { wrapUserScripts } from '../../../src/instrumentation/wrap-user-scripts.js';

const FILE = '/porthole/user-script.js';

interface Source {
  file?: string;
  code?: string;
}
interface Script {
  id: string;
  world?: string;
  js?: Source[];
  matches?: string[];
}

/** `browser.userScripts` as Firefox has it: complains at once about types, later about the rest. */
class FakeUserScripts {
  readonly scripts = new Map<string, Script>();
  readonly executed: Script[] = [];
  readonly api = {
    register: (scripts: Script[]): Promise<void> => {
      this.#check(scripts);
      for (const script of scripts) {
        if (this.scripts.has(script.id)) {
          return Promise.reject(
            new Error(`User script with id "${script.id}" is already registered.`),
          );
        }
        this.scripts.set(script.id, { world: 'USER_SCRIPT', ...structuredClone(script) });
      }
      return Promise.resolve();
    },
    update: (scripts: Script[]): Promise<void> => {
      this.#check(scripts);
      for (const script of scripts) {
        const old = this.scripts.get(script.id);
        if (old === undefined) {
          return Promise.reject(new Error(`User script with id "${script.id}" does not exist.`));
        }
        this.scripts.set(script.id, { ...old, ...structuredClone(script) });
      }
      return Promise.resolve();
    },
    execute: (injection: Script): Promise<string[]> => {
      this.#check([injection]);
      this.executed.push(structuredClone(injection));
      return Promise.resolve(['result']);
    },
    getScripts: (
      filter?: { ids?: string[] },
      callback?: (scripts: Script[]) => void,
    ): Promise<Script[]> | undefined => {
      const found = [...this.scripts.values()]
        .filter(({ id }) => filter?.ids === undefined || filter.ids.includes(id))
        .map((script) => structuredClone(script));
      for (const { js } of found) {
        // Firefox resolves paths and cuts the origin, with its slash, off again.
        for (const source of js ?? [])
          if (source.file) source.file = source.file.replace(/^\//, '');
      }
      if (callback !== undefined) {
        callback(found);
        return undefined;
      }
      return Promise.resolve(found);
    },
  };

  #check(scripts: unknown): void {
    if (!Array.isArray(scripts)) throw new Error('Incorrect argument types for userScripts.');
    for (const script of scripts as Script[]) {
      if (script.js !== undefined && !Array.isArray(script.js))
        throw new Error('Type error for js');
    }
  }
}

let fake: FakeUserScripts;
let patches: Patches;
let userScripts: FakeUserScripts['api'];

function wrap(adopt = false): void {
  patches = createPatches();
  userScripts = { ...fake.api };
  wrapUserScripts([{ userScripts } as unknown as NativeApi], patches.wrap, adopt, FILE);
}

beforeEach(() => {
  fake = new FakeUserScripts();
  wrap();
});

const js = (): Source[] => [{ code: 'host()' }, { file: 'host.js' }];
const registered = (id: string): Source[] | undefined => fake.scripts.get(id)?.js;

describe('wrapped userScripts', () => {
  it('puts the instrumentation first into what is registered, updated and executed', async () => {
    await userScripts.register([
      { id: 'a', js: js() },
      { id: 'b', world: 'USER_SCRIPT', js: js() },
    ]);
    expect(registered('a')).toEqual([{ file: FILE }, ...js()]);
    expect(registered('b')).toEqual([{ file: FILE }, ...js()]);
    await userScripts.update([{ id: 'a', js: [{ code: 'new()' }] }]);
    expect(registered('a')).toEqual([{ file: FILE }, { code: 'new()' }]);
    expect(await userScripts.execute({ id: 'x', js: js() })).toEqual(['result']);
    expect(fake.executed[0]?.js).toEqual([{ file: FILE }, ...js()]);
  });

  it('leaves MAIN worlds alone, also when only the registration said so', async () => {
    await userScripts.register([{ id: 'a', world: 'MAIN', js: js() }]);
    expect(registered('a')).toEqual(js());
    await userScripts.update([{ id: 'a', js: [{ code: 'new()' }] }]);
    expect(registered('a')).toEqual([{ code: 'new()' }]);
    await userScripts.execute({ id: 'x', world: 'MAIN', js: js() });
    expect(fake.executed[0]?.js).toEqual(js());
  });

  it('asks for the world of scripts that an earlier life of the background registered', async () => {
    await userScripts.register([
      { id: 'main', world: 'MAIN', js: js() },
      { id: 'user', js: js() },
    ]);
    wrap();
    const update = ['main', 'user'].map((id) => ({ id, js: [{ code: 'new()' }] }));
    await userScripts.update(update);
    expect(registered('main')).toEqual([{ code: 'new()' }]);
    expect(registered('user')).toEqual([{ file: FILE }, { code: 'new()' }]);
    wrap();
    await expect(userScripts.update([{ id: 'gone', js: js() }])).rejects.toThrow('does not exist');
  });

  it('does not touch updates without sources', async () => {
    await userScripts.register([{ id: 'a', js: js() }]);
    await userScripts.update([{ id: 'a', matches: ['<all_urls>'] }]);
    expect(fake.scripts.get('a')).toMatchObject({
      js: [{ file: FILE }, ...js()],
      matches: ['<all_urls>'],
    });
  });

  it('shows the host its own scripts, by promise and by callback', async () => {
    await userScripts.register([
      { id: 'a', js: js() },
      { id: 'b', world: 'MAIN', js: js() },
    ]);
    const shown = (await userScripts.getScripts()) as Script[];
    expect(shown.map((script) => script.js)).toEqual([js(), js()]);
    let called: Script[] = [];
    expect(userScripts.getScripts({}, (scripts) => (called = scripts))).toBeUndefined();
    expect(called.map((script) => script.js)).toEqual([js(), js()]);
    expect(await userScripts.getScripts({ ids: ['b'] })).toHaveLength(1);
  });

  it('follows a script that moves between worlds, without its sources being said again', async () => {
    await userScripts.register([{ id: 'a', js: js() }]);
    await userScripts.update([{ id: 'a', world: 'MAIN' }]);
    expect(fake.scripts.get('a')).toMatchObject({ world: 'MAIN', js: js() });
    await userScripts.update([{ id: 'a', world: 'USER_SCRIPT', matches: ['<all_urls>'] }]);
    expect(fake.scripts.get('a')).toMatchObject({
      world: 'USER_SCRIPT',
      js: [{ file: FILE }, ...js()],
      matches: ['<all_urls>'],
    });
    wrap();
    await userScripts.update([{ id: 'a', world: 'MAIN' }]);
    expect(registered('a')).toEqual(js());
  });

  it('leaves empty lists to the browser’s complaint', async () => {
    await userScripts.register([{ id: 'a', js: [] }]);
    expect(registered('a')).toEqual([]);
    await userScripts.execute({ id: 'x', js: [] });
    expect(fake.executed[0]?.js).toEqual([]);
  });

  it('puts the instrumentation into scripts that were registered without it', async () => {
    await fake.api.register([
      { id: 'old', js: js(), matches: ['<all_urls>'] },
      { id: 'main', world: 'MAIN', js: js() },
      { id: 'given', js: js() },
      { id: 'gone', js: js() },
    ]);
    await fake.api.update([{ id: 'given', js: [{ code: 'old()' }] }]);
    wrap(true);
    await userScripts.update([{ id: 'given', world: 'USER_SCRIPT', js: js() }]);
    fake.scripts.delete('gone');
    await new Promise((resolve) => setTimeout(resolve));
    expect(fake.scripts.get('old')).toMatchObject({
      js: [{ file: FILE }, ...js()],
      matches: ['<all_urls>'],
    });
    expect(registered('main')).toEqual(js());
    expect(registered('given')).toEqual([{ file: FILE }, ...js()]);
    wrap(true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(registered('old')).toEqual([{ file: FILE }, ...js()]);
  });

  it('does not change the host’s objects', async () => {
    const script = Object.freeze({
      id: 'a',
      js: Object.freeze(js().map((source) => Object.freeze(source))) as Source[],
    });
    const list = Object.freeze([script]) as unknown as Script[];
    await userScripts.register(list);
    await userScripts.update(list);
    await userScripts.execute(script);
    expect(script).toEqual({ id: 'a', js: js() });
    expect(list).toEqual([{ id: 'a', js: js() }]);
  });

  it('throws and rejects as the browser does', async () => {
    expect(() => userScripts.register('a' as never)).toThrow('Incorrect argument types');
    expect(() => userScripts.update(undefined as never)).toThrow('Incorrect argument types');
    expect(() => userScripts.update([{ id: 'a', js: 'no' as never }])).toThrow('Type error for js');
    await userScripts.register([{ id: 'a', js: js() }]);
    await expect(userScripts.register([{ id: 'a', js: js() }])).rejects.toThrow('already');
  });

  it('can be taken out', () => {
    expect(userScripts.register).not.toBe(fake.api.register);
    patches.undo();
    expect(userScripts).toEqual(fake.api);
  });
});

describe('userScripts that are not granted yet', () => {
  const later: (() => void)[] = [];
  const api = (optional: string[]): Record<string, unknown> => ({
    runtime: { getManifest: () => ({ optional_permissions: optional }) },
    permissions: {
      onAdded: {
        addListener: (listener: () => void) => void later.push(listener),
        removeListener: (listener: () => void) => void later.splice(later.indexOf(listener), 1),
      },
    },
  });
  beforeEach(() => void (later.length = 0));

  it('are wrapped when they are', async () => {
    const granted = api(['tabs', 'userScripts']);
    wrapUserScripts([granted as NativeApi], patches.wrap, false, FILE);
    expect(later).toHaveLength(1);
    later[0]?.();
    expect(later).toHaveLength(1);
    granted['userScripts'] = userScripts = { ...fake.api };
    later[0]?.();
    expect(later).toHaveLength(0);
    await userScripts.register([{ id: 'a', js: js() }]);
    expect(registered('a')).toEqual([{ file: FILE }, ...js()]);
  });

  it('are not waited for where they cannot be granted', () => {
    wrapUserScripts([api(['tabs']) as NativeApi], patches.wrap, false, FILE);
    wrapUserScripts([{ runtime: {} } as NativeApi], patches.wrap, false, FILE);
    expect(later).toHaveLength(0);
  });

  it('are left alone where no path was written in', () => {
    const bare = { userScripts: { ...fake.api } };
    wrapUserScripts([bare as unknown as NativeApi], patches.wrap, true);
    expect(bare.userScripts).toEqual(fake.api);
  });
});
