import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InjectError } from '../../../src/inject/error.js';
import type { ExtensionFiles } from '../../../src/inject/files.js';
import {
  rewriteExtension,
  type Instrumentation,
  type Rewrite,
} from '../../../src/inject/rewrite.js';

const built: Instrumentation = {
  'content-script.js': '"content"',
  'user-script.js': '"user"',
  'extension-page.js':
    'register("__PORTHOLE_USER_SCRIPT_FILE__", "__PORTHOLE_CONTENT_SCRIPT_FILE__")',
};
const CS = 'porthole-instrumentation/content-script.js';
const PAGE = 'porthole-instrumentation/extension-page.js';
const TAG = `<script src="/${PAGE}"></script>`;
const base = { manifest_version: 3, name: 'Demo', version: '1.0' };

function files(content: Record<string, string | Uint8Array>): ExtensionFiles {
  return new Map(
    Object.entries(content).map(([path, text]) => [
      path,
      { read: () => (typeof text === 'string' ? Buffer.from(text) : text) },
    ]),
  );
}

/** Rewrites an extension drawn as a manifest and its other files. */
function rewrite(
  manifest: object | string,
  others: Record<string, string | Uint8Array> = {},
  instrumentation = built,
): Rewrite & { manifest: Record<string, unknown>; text(path: string): string } {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  const result = rewriteExtension(files({ 'manifest.json': text, ...others }), instrumentation);
  const read = (path: string): string => Buffer.from(result.files.get(path)!).toString();
  return {
    ...result,
    text: read,
    manifest: JSON.parse(read('manifest.json')) as Record<string, unknown>,
  };
}

function failure(manifest: string): string {
  try {
    rewrite(manifest);
  } catch (error) {
    expect(error).toBeInstanceOf(InjectError);
    return (error as Error).message;
  }
  throw new Error('did not throw');
}

describe('the manifest', () => {
  it('keeps every key it does not understand, and their order', () => {
    const source = {
      version: '1.0',
      name: 'Demo',
      short_name: 'D',
      manifest_version: 3,
      permissions: ['storage'],
      content_security_policy: { extension_pages: "script-src 'self'" },
      made_up: { deep: [1, null] },
      browser_specific_settings: { gecko: { id: 'demo@example', strict_min_version: '115.0' } },
    };
    const { manifest } = rewrite(source);
    expect(manifest).toEqual({ ...source, name: 'Demo (Porthole)' });
    expect(Object.keys(manifest)).toEqual(Object.keys(source));
  });

  it('may have comments and a byte order mark', () => {
    const { manifest } = rewrite(
      '\u{feff}// made by hand\n{"manifest_version": 2, // two\n"name": "a // b", "version": "1"}',
    );
    expect(manifest).toEqual({ manifest_version: 2, name: 'a // b (Porthole)', version: '1' });
  });

  it('loses its update_url, wherever it stands', () => {
    const { manifest, done } = rewrite({
      ...base,
      browser_specific_settings: { gecko: { id: 'a@b', update_url: 'https://x.example/' } },
      applications: { gecko: { update_url: 'https://x.example/' } },
    });
    expect(manifest['browser_specific_settings']).toEqual({ gecko: { id: 'a@b' } });
    expect(manifest['applications']).toEqual({ gecko: {} });
    expect(done.join()).toContain('update_url removed');
  });

  it.each([
    ['{"name": "x",\n  "version" "1"}', /not JSON: Unexpected string at line 2, column 13\.$/],
    ['{\n"name": hello, "version": "1.0", "manifest_version": 2}', /'h' at line 2, column 9\.$/],
    ['{"manifest_version": 2,\n', /line 2, column 1\.$/],
    ['hello', /'h' at line 1, column 1\.$/],
    ['', /Unexpected end of JSON input at line 1, column 1\.$/],
    ['// c\n{"a": 1,\n}', /line 3, column 1\.$/],
    ['[]', /does not hold a JSON object/],
    ['null', /does not hold a JSON object/],
    ['{"name": "x", "version": "1"}', /"manifest_version" is missing; it must be 2 or 3/],
    ['{"manifest_version": "3"}', /"manifest_version" is "3"/],
    ['{"manifest_version": 1}', /"manifest_version" is 1/],
    ['{"manifest_version": 3, "version": "1"}', /no "name"/],
    ['{"manifest_version": 3, "name": "x"}', /no "version"/],
  ])('is refused, saying where: %s', (text, message) => {
    expect(failure(text)).toMatch(message);
  });

  it('is refused when it is missing or not UTF-8', () => {
    expect(() => rewriteExtension(files({ 'a.js': '' }), built)).toThrow('There is no manifest');
    const latin1 = Buffer.from('{"name": "\xe9"}', 'latin1');
    expect(() => rewriteExtension(files({ 'manifest.json': latin1 }), built)).toThrow('UTF-8');
  });

  it('never brings the rewrite down by its shape', () => {
    const junk = fc.jsonValue({ maxDepth: 2 });
    const shape = fc.dictionary(
      fc.constantFrom(
        'content_scripts',
        'background',
        'permissions',
        'browser_specific_settings',
        'applications',
        'user_scripts',
        'content_security_policy',
        'sandbox',
        'chrome_url_overrides',
        'options_ui',
        'action',
        'default_locale',
        'devtools_page',
      ),
      fc.oneof(junk, fc.array(fc.dictionary(fc.constantFrom('js', 'matches', 'world'), junk))),
    );
    fc.assert(
      fc.property(shape, (keys) => {
        expect(rewrite({ ...base, ...keys }).manifest['name']).toBe('Demo (Porthole)');
      }),
      { numRuns: 200 },
    );
  });
});

describe('content scripts', () => {
  it('get the instrumentation in front, except in the world of the page', () => {
    const { manifest, done, warnings } = rewrite(
      {
        ...base,
        content_scripts: [
          { matches: ['*://*/*'], js: ['/a.js', 'b.js'], run_at: 'document_start' },
          { matches: ['*://*/*'], js: ['main.js'], world: 'MAIN' },
          { matches: ['*://*/*'], css: ['a.css'] },
          { matches: ['*://*/*'], js: ['c.js'], world: 'ISOLATED' },
        ],
      },
      { 'a.js': '', 'b.js': '', 'c.js': '', 'main.js': '', 'a.css': '' },
    );
    expect(manifest['content_scripts']).toEqual([
      { matches: ['*://*/*'], js: [CS, '/a.js', 'b.js'], run_at: 'document_start' },
      { matches: ['*://*/*'], js: ['main.js'], world: 'MAIN' },
      { matches: ['*://*/*'], css: ['a.css'] },
      { matches: ['*://*/*'], js: [CS, 'c.js'], world: 'ISOLATED' },
    ]);
    expect(done).toEqual([
      'content script entry 1: /a.js, b.js',
      'content script entry 4: c.js',
      "content script entry 2: main.js (left alone: runs in the page's own world)",
    ]);
    expect(warnings).toEqual([]);
  });

  it('that are not there are warned about', () => {
    const { warnings } = rewrite({ ...base, content_scripts: [{ js: ['./gone.js'] }] });
    expect(warnings).toEqual([
      { file: 'gone.js', message: expect.stringContaining('not in the extension') as string },
    ]);
  });
});

describe('the background', () => {
  it.each([
    [2, {}],
    [3, {}],
    [3, { type: 'module' }],
    [3, { service_worker: 'sw.js' }],
    [2, { persistent: false }],
  ])('scripts of Manifest V%d with %j get it in front', (manifest_version, rest) => {
    const { manifest, warnings } = rewrite(
      { ...base, manifest_version, background: { scripts: ['bg.js'], ...rest } },
      { 'bg.js': '' },
    );
    expect(manifest['background']).toEqual({ scripts: [PAGE, 'bg.js'], ...rest });
    expect(warnings).toEqual([]);
  });

  it('page is instrumented as a page', () => {
    const background = { page: '/bg/index.html' };
    const result = rewrite(
      { ...base, background },
      { 'bg/index.html': '<head><script src=bg.js></script>' },
    );
    expect(result.manifest['background']).toEqual(background);
    expect(result.text('bg/index.html')).toBe(`<head>${TAG}<script src=bg.js></script>`);
    expect(result.warnings).toEqual([]);
  });

  it('service worker alone is warned about', () => {
    const background = { service_worker: 'sw.js' };
    const { manifest, warnings } = rewrite({ ...base, background }, { 'sw.js': '' });
    expect(manifest['background']).toEqual(background);
    expect(warnings[0]).toEqual({
      file: 'manifest.json',
      message: expect.stringContaining('sw.js') as string,
    });
  });
});

describe('packaged pages', () => {
  it('are all instrumented, named by the manifest or not', () => {
    const result = rewrite(
      { ...base, action: { default_popup: 'popup.html?x=1#y' }, options_ui: { page: 'o%20p.htm' } },
      {
        'popup.html': '<!doctype html><title>p</title>',
        'o p.htm': '<!doctype html>',
        'deep/er/FRAME.HTML': '<html><body>',
        'x.xhtml': '<html xmlns="http://www.w3.org/1999/xhtml"><head></head></html>',
        'a.js': '"<head>"',
      },
    );
    expect(result.text('popup.html')).toBe(`<!doctype html>${TAG}<title>p</title>`);
    expect(result.text('deep/er/FRAME.HTML')).toBe(`<html>${TAG}<body>`);
    expect(result.text('x.xhtml')).toContain(`<head>${TAG}</head>`);
    expect([...result.files.keys()].filter((path) => !path.startsWith('porthole-')).sort()).toEqual(
      ['deep/er/FRAME.HTML', 'manifest.json', 'o p.htm', 'popup.html', 'x.xhtml'],
    );
    expect(result.warnings).toEqual([]);
  });

  it('are warned about by name when something is wrong with them', () => {
    const { files: changed, warnings } = rewrite(
      {
        ...base,
        action: { default_popup: 'gone.html' },
        devtools_page: 'devtools.php',
        sandbox: { pages: ['/sandboxed.html'] },
      },
      {
        'devtools.php': '',
        'sandboxed.html': '<!doctype html>',
        'wide.html': Buffer.from('\u{feff}<!doctype html>', 'utf16le'),
      },
    );
    expect(warnings.map(({ file }) => file).sort()).toEqual([
      'devtools.php',
      'gone.html',
      'manifest.json',
      'sandboxed.html',
      'wide.html',
    ]);
    expect(changed.has('sandboxed.html')).toBe(false);
    expect(changed.has('wide.html')).toBe(false);
  });

  it('that are fragments or belong to a package are left alone', () => {
    const { files: changed, done } = rewrite(base, {
      'row.html': '<tr><td>{{x}}</td></tr>',
      'node_modules/x/demo.html': '<!doctype html><script>1</script>',
    });
    expect(changed.has('row.html')).toBe(false);
    expect(changed.has('node_modules/x/demo.html')).toBe(false);
    expect(done).toContain('left alone, HTML without a script: row.html');
    expect(done.join()).toContain('node_modules');
  });
});

describe('what cannot be reached', () => {
  it.each([
    ["script-src 'none'; object-src 'self'", true],
    ["default-src 'none'; script-src https://cdn.example", true],
    ["default-src 'none'", true],
    ["script-src 'self' 'strict-dynamic'", true],
    ["default-src 'none'; script-src 'self'", false],
    ["script-src 'none'; script-src-elem 'self'", false],
    ["SCRIPT-SRC 'SELF'; script-src 'none'", false],
    ["img-src 'none'", false],
  ])('policy %s is warned about: %s', (policy, warned) => {
    for (const content_security_policy of [policy, { extension_pages: policy }]) {
      const { manifest, warnings } = rewrite(
        { ...base, content_security_policy, background: { scripts: ['a.js'] } },
        { 'a.js': '' },
      );
      expect(warnings.some(({ message }) => message.includes(policy))).toBe(warned);
      expect(manifest['content_security_policy']).toEqual(content_security_policy);
    }
  });

  it('includes the old user script API', () => {
    const { warnings, facts } = rewrite({ ...base, user_scripts: { api_script: 'api.js' } });
    expect(warnings[0]!.message).toContain('api_script');
    expect(facts.hasUserScripts).toBe(true);
  });

  it('is said when there is nothing at all', () => {
    expect(rewrite(base).warnings[0]!.message).toContain('no content script, background or page');
  });
});

describe('added files', () => {
  it('are the built ones, knowing where they lie', () => {
    const { text } = rewrite(base);
    expect(text(CS)).toBe('"content"');
    expect(text('porthole-instrumentation/user-script.js')).toBe('"user"');
    expect(text(PAGE)).toBe(
      'register("/porthole-instrumentation/user-script.js", "/porthole-instrumentation/content-script.js")',
    );
  });

  it.each([
    'a()\n//# sourceMappingURL=a.js.map\n',
    'a();//@ sourceMappingURL=data:x',
    'a()\n/*# sourceMappingURL=a.map */',
  ])('have no source map: %j', (script) => {
    const { text } = rewrite(base, {}, { ...built, 'content-script.js': script });
    expect(text(CS)).toMatch(/^a\(\);?\n$/);
  });

  it('never replace files of the extension', () => {
    const {
      files: changed,
      manifest,
      done,
      text,
    } = rewrite(
      { ...base, content_scripts: [{ js: ['a.js'] }] },
      { 'a.js': '', 'porthole-instrumentation': '', 'Porthole-Instrumentation-2/x.js': '' },
    );
    const folder = 'porthole-instrumentation-3';
    expect([...changed.keys()].filter((path) => path.startsWith(folder))).toHaveLength(3);
    expect(manifest['content_scripts']).toEqual([{ js: [`${folder}/content-script.js`, 'a.js'] }]);
    expect(text(`${folder}/extension-page.js`)).toBe(
      `register("/${folder}/user-script.js", "/${folder}/content-script.js")`,
    );
    expect(done.join()).toContain(folder);
  });

  it('take the place of a signature', () => {
    const { dropped, done } = rewrite(base, { 'META-INF/mozilla.rsa': '', 'META-INFO.js': '' });
    expect([...dropped]).toEqual(['META-INF/mozilla.rsa']);
    expect(done.join()).toContain('META-INF left out');
  });
});

describe('what is not instrumented on purpose', () => {
  it('is an instrumented copy', () => {
    const first = rewrite(base);
    const second = new Map([...first.files].map(([path, bytes]) => [path, { read: () => bytes }]));
    expect(() => rewriteExtension(second, built)).toThrow('instrumented copy already');
  });

  it('is Porthole', () => {
    const browser_specific_settings = { gecko: { id: 'porthole@webext-devtools' } };
    expect(() => rewrite({ ...base, browser_specific_settings })).toThrow('Porthole itself');
  });
});

describe('facts', () => {
  it('tell permissions from origins', () => {
    const { facts } = rewrite({
      ...base,
      manifest_version: 2,
      applications: { gecko: { id: 'old@example' } },
      permissions: ['tabs', '*://a.example/*'],
      optional_permissions: ['userScripts', '<all_urls>', 'history'],
      content_scripts: [{ matches: ['*://a.example/*', 'file:///*'], js: [] }],
    });
    expect(facts).toEqual({
      id: 'old@example',
      name: 'Demo',
      version: '1.0',
      manifestVersion: 2,
      optionalPermissions: ['userScripts', 'history'],
      hostPermissions: ['*://a.example/*', '<all_urls>', 'file:///*'],
      hasUserScripts: true,
    });
  });

  it('include the host permissions of Manifest V3', () => {
    const { facts } = rewrite({
      ...base,
      host_permissions: ['*://a.example/*'],
      optional_host_permissions: ['*://b.example/*'],
    });
    expect(facts.id).toBeNull();
    expect(facts.hasUserScripts).toBe(false);
    expect(facts.hostPermissions).toEqual(['*://a.example/*', '*://b.example/*']);
  });

  it('give the name in the default locale, while the manifest keeps its placeholder', () => {
    const { facts, manifest } = rewrite(
      { ...base, name: '__MSG_extName__ __MSG_gone__', default_locale: 'en' },
      { '_locales/en/messages.json': '{"EXTNAME": {"message": "Greeter"}} // c' },
    );
    expect(facts.name).toBe('Greeter __MSG_gone__');
    expect(manifest['name']).toBe('__MSG_extName__ __MSG_gone__ (Porthole)');
  });

  it.each(['not json', '[]', '{"extName": 1}'])('survive messages that are %s', (messages) => {
    const { facts } = rewrite(
      { ...base, name: '__MSG_extName__', default_locale: 'en' },
      { '_locales/en/messages.json': messages },
    );
    expect(facts.name).toBe('__MSG_extName__');
  });
});
