import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  defaultOutput,
  InjectError,
  instrumentExtension,
  type InstrumentReport,
} from '../../../src/inject/index.js';

const manifest = JSON.stringify({
  manifest_version: 3,
  name: 'Demo',
  version: '1.0',
  background: { scripts: ['bg.js'] },
});
const demo = { 'manifest.json': manifest, 'bg.js': 'bg', 'ui/p.html': '<head>', 'img/a.png': '\0' };

let root: string;
let source: string;
let out: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'porthole-inject-')));
  source = join(root, 'demo');
  out = join(root, 'copy');
  for (const name of ['content-script', 'user-script', 'extension-page']) {
    await put(join(root, 'built', `${name}.js`), name);
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function putDemo(files: Record<string, string> = demo): Promise<void> {
  for (const [path, content] of Object.entries(files)) await put(join(source, path), content);
}

function packed(files: Record<string, string> = demo): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([p, text]) => [p, strToU8(text)])));
}

function instrument(from = source, to = out): Promise<InstrumentReport> {
  return instrumentExtension({ source: from, out: to, instrumentation: join(root, 'built') });
}

/** Everything in a folder: path → content's hash. */
async function listing(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = entry.isFile()
      ? createHash('sha1')
          .update(await readFile(path))
          .digest('hex')
      : 'folder';
  }
  return found;
}

/** Runs something that must be refused, and holds it to leaving the whole folder as it was. */
async function refusal(act: () => Promise<unknown>): Promise<string> {
  const before = await listing(root);
  const error = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InjectError);
  expect(await listing(root)).toEqual(before);
  return (error as Error).message;
}

describe('a folder', () => {
  it('becomes an instrumented folder, and stays as it was', async () => {
    await putDemo();
    const before = await listing(source);
    const report = await instrument();
    expect(await listing(source)).toEqual(before);
    expect(report).toMatchObject({ out, name: 'Demo', id: null, warnings: [] });
    expect(report.done).toEqual(['background scripts: bg.js', 'page: ui/p.html']);
    expect((await readdir(out, { recursive: true })).sort()).toEqual([
      'bg.js',
      'img',
      'img/a.png',
      'manifest.json',
      'porthole-instrumentation',
      'porthole-instrumentation/content-script.js',
      'porthole-instrumentation/extension-page.js',
      'porthole-instrumentation/user-script.js',
      'ui',
      'ui/p.html',
    ]);
    expect(await readFile(join(out, 'ui/p.html'), 'utf8')).toMatch(/^<head><script src=/);
    expect((await listing(out))['img/a.png']).toBe(before['img/a.png']);
    expect((await readdir(root)).sort()).toEqual(['built', 'copy', 'demo']);
  });

  it('becomes an archive when the name says so', async () => {
    await putDemo();
    await instrument(source, `${out}.xpi`);
    const files = unzipSync(await readFile(`${out}.xpi`));
    expect(Object.keys(files)).toHaveLength(7);
    expect(JSON.parse(Buffer.from(files['manifest.json']!).toString())).toMatchObject({
      name: 'Demo (Porthole)',
    });
    expect((await readdir(root)).sort()).toEqual(['built', 'copy.xpi', 'demo']);
  });

  it('is copied without its version history', async () => {
    await putDemo({ ...demo, '.git/config': 'x', 'lib/.git/config': 'x', '.gitignore': 'x' });
    const report = await instrument();
    expect(report.done.slice(-2)).toEqual(['.git left out', 'lib/.git left out']);
    expect(Object.keys(await listing(out))).not.toContain('.git');
    expect(Object.keys(await listing(out))).toContain('.gitignore');
  });

  it('may be read-only', async () => {
    await putDemo();
    await chmod(join(source, 'ui/p.html'), 0o444);
    await chmod(join(source, 'manifest.json'), 0o444);
    await instrument();
    expect(await readFile(join(out, 'manifest.json'), 'utf8')).toContain('(Porthole)');
  });

  it('may hold links: those inside are followed, others are left out with a warning', async () => {
    await putDemo();
    await put(join(root, 'secret.txt'), 'secret');
    await symlink('bg.js', join(source, 'inside.js'));
    await symlink('ui', join(source, 'ui2'));
    await symlink('../secret.txt', join(source, 'outside.txt'));
    await symlink('nowhere', join(source, 'broken'));
    await symlink('..', join(source, 'ui/loop'));
    const report = await instrument();
    expect(await readFile(join(out, 'inside.js'), 'utf8')).toBe('bg');
    expect((await lstat(join(out, 'inside.js'))).isFile()).toBe(true);
    expect(await readFile(join(out, 'ui2/p.html'), 'utf8')).toContain('<script');
    expect(report.warnings.map(({ file }) => file).sort()).toEqual([
      'broken',
      'outside.txt',
      'ui/loop',
      'ui2/loop',
    ]);
    expect(Object.keys(await listing(out)).join()).not.toMatch(/outside|broken|loop/);
  });

  it('may be a link itself', async () => {
    await putDemo();
    await symlink('demo', join(root, 'link'));
    expect(await instrument(join(root, 'link'))).toMatchObject({ name: 'Demo' });
  });

  it('without a manifest is refused, naming the one below', async () => {
    await put(join(source, 'dist/firefox/manifest.json'), manifest);
    await put(join(source, 'node_modules/x/manifest.json'), manifest);
    const message = await refusal(() => instrument());
    expect(message).toContain('has no manifest.json');
    expect(message).toContain(`Did you mean ${join(source, 'dist/firefox')}?`);
  });

  it('that is empty is refused', async () => {
    await mkdir(source);
    expect(await refusal(() => instrument())).toContain('has no manifest.json');
  });
});

describe('an archive', () => {
  it.each(['copy.xpi', 'copy.ZIP', 'copy'])('becomes %s', async (name) => {
    await put(`${source}.xpi`, packed({ ...demo, 'META-INF/mozilla.rsa': 'x' }));
    const report = await instrument(`${source}.xpi`, join(root, name));
    expect(report.done.at(-1)).toContain('META-INF');
    const names =
      name === 'copy'
        ? await readdir(join(root, name), { recursive: true })
        : Object.keys(unzipSync(await readFile(join(root, name))));
    expect(names).toContain('porthole-instrumentation/user-script.js');
    expect(names.join()).not.toContain('META-INF');
  });

  it('with its extension in a folder is refused, saying so', async () => {
    await put(`${source}.zip`, packed({ 'demo-main/manifest.json': manifest }));
    expect(await refusal(() => instrument(`${source}.zip`))).toContain('demo-main/manifest.json');
  });

  it('with a hostile entry leaves nothing behind', async () => {
    const evil = packed({ ...demo, 'xx/evil.js': 'x' });
    const bytes = Buffer.from(evil).toString('latin1').replaceAll('xx/evil', '../evil');
    await put(`${source}.zip`, Buffer.from(bytes, 'latin1'));
    expect(await refusal(() => instrument(`${source}.zip`))).toContain('"../evil.js"');
  });

  it('whose file is also a folder leaves nothing behind', async () => {
    await put(`${source}.zip`, packed({ ...demo, 'bg.js/x.js': 'x' }));
    expect(await refusal(() => instrument(`${source}.zip`))).toContain('Cannot write');
  });

  it('that is text is refused', async () => {
    await put(`${source}.xpi`, 'hello');
    expect(await refusal(() => instrument(`${source}.xpi`))).toContain('is not a zip archive');
  });
});

describe('places', () => {
  it('a source that is not there', async () => {
    expect(await refusal(() => instrument())).toBe(`There is no ${source}.`);
  });

  it.each(['folder', 'file'])('an existing %s is never written over', async (kind) => {
    await putDemo();
    await (kind === 'folder' ? mkdir(out) : put(out, 'mine'));
    expect(await refusal(() => instrument())).toContain('exists already');
  });

  it('an output in the source, even by way of a link', async () => {
    await putDemo();
    await symlink('demo/ui', join(root, 'link'));
    for (const to of [source, join(source, 'out'), join(root, 'link/out')]) {
      expect(await refusal(() => instrument(source, to))).toMatch(/--out/);
    }
    expect(await instrument(source, join(root, 'demo2'))).toBeDefined();
  });

  it('an output in no folder', async () => {
    await putDemo();
    const message = await refusal(() => instrument(source, join(root, 'no/where')));
    expect(message).toContain(`no folder ${join(root, 'no')}`);
  });

  it('instrumentation that was not built', async () => {
    await putDemo();
    await rm(join(root, 'built/user-script.js'));
    const message = await refusal(() => instrument());
    expect(message).toMatch(/user-script\.js\); run `npm run build`/);
  });

  it('a bad manifest leaves nothing behind', async () => {
    await putDemo({ ...demo, 'manifest.json': '{' });
    expect(await refusal(() => instrument())).toContain('line 1, column 2');
  });

  it('a source that stops being readable half way leaves nothing behind', async () => {
    await put(`${source}.zip`, packed({ ...demo, [`${'x'.repeat(300)}.js`]: 'x' }));
    expect(await refusal(() => instrument(`${source}.zip`))).toMatch(/Cannot write .*ENAMETOOLONG/);
  });

  it('the default is beside the source', async () => {
    await putDemo();
    await put(`${source}.zip`, packed());
    expect(await defaultOutput(`${source}/`)).toBe(`${source}-porthole`);
    expect(await defaultOutput(`${source}.zip`)).toBe(`${source}-porthole.xpi`);
  });
});
