/** The import table and the rules for code in foreign realms, as `npm run lint` applies them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { TABLE, importProblem } from '../../../scripts/lint/import-table.mjs';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'porthole-lint-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The linter is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 30_000 });

/** Lints the files as if they were the repository's. */
function lint(files: Readonly<Record<string, string>>): string[] {
  const project = mkdtempSync(join(folder, 'project-'));
  cpSync(join(root, '.oxlintrc.json'), join(project, '.oxlintrc.json'));
  cpSync(join(root, 'scripts', 'lint'), join(project, 'scripts', 'lint'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const result = spawnSync(process.execPath, [oxlint, '-f', 'unix', ...Object.keys(files)], {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      OXLINT_TSGOLINT_PATH: join(root, 'node_modules', '.bin', 'tsgolint'),
    },
  });
  if (result.error) throw result.error;
  return result.stdout.split('\n').filter((line) => line.includes('[Error/'));
}

describe('the import table', () => {
  it.each([
    ['src/model/model.ts', '../protocol/index.js'],
    ['src/model/deep/er.ts', '../../protocol/events.js'],
    ['src/background/index.ts', '../instrumentation/index.js'],
    ['src/background/mutes.ts', '../model/muting.js'],
    ['src/background/reports.ts', '../protocol/guards.js'],
    ['src/protocol/guards.ts', 'valibot'],
    ['src/cli/record.ts', 'node:fs/promises'],
    ['src/cli/firefox/launch.ts', '../../model/index.js'],
    ['devtools/state/recording.ts', '../../src/store/reader.js'],
    ['devtools/panel.tsx', 'preact/hooks'],
    ['devtools/panel.tsx', './styles/panel.css?inline'],
    ['test/unit/model/a.test.ts', '../../../src/model/index.js'],
    ['bench/run.ts', '../src/cli/session.js'],
    ['vite.config.ts', 'vite'],
  ])('allows %s to import %s', (file, specifier) => {
    expect(importProblem(file, specifier)).toBeNull();
  });

  it.each([
    ['src/protocol/events.ts', '../model/types.js'],
    ['src/protocol/events.ts', 'valibot'],
    ['src/protocol/index.ts', './guards.js'],
    ['src/instrumentation/ports.ts', '../protocol/guards.js'],
    ['src/instrumentation/ports.ts', 'webextension-polyfill'],
    ['src/instrumentation/ports.ts', 'node:fs'],
    ['src/background/index.ts', '../instrumentation/ports.js'],
    ['src/background/index.ts', '../model/index.js'],
    ['src/model/model.ts', '../store/reader.js'],
    ['src/inject/index.ts', '../protocol/index.js'],
    ['devtools/panel.tsx', '../src/store/writer.js'],
    ['devtools/panel.tsx', '@preact/signals-core'],
    ['devtools/panel.tsx', '../src/store/reader/../writer.js'],
    ['src/cli/porthole.ts', '../../devtools/model-worker.js'],
    ['src/cli/porthole.ts', '../../bench/figures.js'],
    ['vite.config.ts', './test/unit/model/fixture.js'],
    ['src/index.ts', '../test/unit/model/fixture.js'],
  ])('forbids %s to import %s', (file, specifier) => {
    expect(importProblem(file, specifier)).not.toBeNull();
  });

  it('has a row for each folder of src/README.md, and no other', () => {
    const readme = readFileSync(join(root, 'src', 'README.md'), 'utf8');
    const named = [...readme.matchAll(/^\| `([^`]+)\/` \|/gm)].map(([, name = '']) =>
      name === '../devtools' ? 'devtools' : `src/${name}`,
    );
    expect(Object.keys(TABLE).toSorted()).toEqual(named.toSorted());
  });

  it('is applied to every form of import', () => {
    const problems = lint({
      'src/protocol/all.ts': [
        `import { a } from '../model/a.js';`,
        `import type { B } from '../model/b.js';`,
        `export { c } from '../model/c.js';`,
        `export type { D } from '../model/d.js';`,
        `export * from '../model/e.js';`,
        `export const f: typeof import('../model/f.js') = a;`,
        `export const g = await import('../model/g.js');`,
        `export type H = B;`,
      ].join('\n'),
    });
    for (const name of 'abcdefg') {
      expect(problems, name).toContainEqual(
        expect.stringContaining(`src/protocol may not import src/model/${name}.`),
      );
    }
  });
});

describe('code in foreign realms', () => {
  it('may use no global that the host can replace or see used', () => {
    const statements = {
      console: 'console.log(1);',
      eval: `eval('1');`,
      Function: `new Function('1');`,
      fetch: `void fetch('x');`,
      localStorage: `localStorage.setItem('a', 'b');`,
      setInterval: 'setInterval(() => {}, 1);',
      document: `document.write('x');`,
      window: `window.setTimeout(() => {}, 1);`,
      JSON: 'JSON.stringify(1);',
    };
    const lines = Object.values(statements);
    const problems = lint({ 'src/instrumentation/all.ts': lines.join('\n') });
    for (const [index, name] of Object.keys(statements).entries()) {
      expect(problems, name).toContainEqual(
        expect.stringMatching(`all.ts:${index + 1}:.*no-(restricted-globals|console)`),
      );
    }
  });
});

describe('what shows data of strangers', () => {
  it.each([
    ['no-restricted-properties', `document.body.innerHTML = '<b>';`],
    ['no-restricted-properties', `document.body.insertAdjacentHTML('beforeend', '<b>');`],
    ['no-danger', `export const element = <p dangerouslySetInnerHTML={{ __html: '<b>' }} />;`],
    ['no-eval', `eval('1');`],
    ['no-new-func', `export const made = new Function('1');`],
  ])('is not built from text: %s: %s', (rule, code) => {
    expect(lint({ 'devtools/all.tsx': code })).toContainEqual(expect.stringContaining(`(${rule})`));
  });
});

describe('text for people in a component', () => {
  const bare = {
    text: '<p>Nothing yet</p>',
    branch: "<p>{on ? 'on' : x}</p>",
    attribute: '<p title="Close" />',
    template: '<p aria-label={`Width of ${x}`} />',
    fallback: "<p title={x ?? 'none'} />",
  };
  const fine = {
    code: '<code>connect()</code>',
    key: '<kbd>Enter</kbd>',
    sign: '<p>→ {x}, ({x})</p>',
    name: "<p class={on ? 'row on' : 'row'} id=\"list\" />",
    asked: "<p title={text('close')}>{text(on ? 'a' : 'b')}</p>",
  };
  const lines = [...Object.values(bare), ...Object.values(fine)];
  const problems = lint({
    'devtools/components/All.tsx': lines.map((jsx, n) => `export const e${n} = ${jsx};`).join('\n'),
  }).filter((line) => line.includes('bare-text'));

  it.each(Object.keys(bare))('is found: %s', (name) => {
    const line = Object.keys(bare).indexOf(name) + 1;
    expect(problems).toContainEqual(expect.stringContaining(`All.tsx:${line}:`));
  });

  it('is told from names and code', () => {
    expect(problems).toHaveLength(Object.keys(bare).length);
  });
});
