/** The host extensions: each with all cases in all of its contexts, generated once for each variant. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const VARIANTS = ['bare', 'instrumented'] as const;
export type Variant = (typeof VARIANTS)[number];

const HERE = join(dirname(fileURLToPath(import.meta.url)), '..');
export const CASES = join(HERE, 'cases');
const BROWSER = join(HERE, 'browser');
const POLYFILL = join(HERE, '../../node_modules/webextension-polyfill/dist/browser-polyfill.js');

export const HOSTS = ['mv2', 'mv3', 'early', 'polyfill', 'idle'] as const;
export type Host = (typeof HOSTS)[number];

/** @returns the contexts of a host that take orders */
export function contextsOf(host: Host): readonly string[] {
  if (host === 'idle') return ['content'];
  return ['background', 'content', 'page', ...worldsOf(host)];
}

/** @returns those of them that are user scripts; each runs in a world of that name, or in the usual one */
export function worldsOf(host: Host): readonly string[] {
  return host === 'mv3' ? ['user', 'second'] : host === 'early' ? ['user'] : [];
}

/** An extension without Porthole, which the others talk to. */
export const PEER = 'peer@conformance.fixture.porthole';

/** @param folder where to; is made */
export function writePeer(folder: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(BROWSER, 'peer.js'), join(folder, 'peer.js'));
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      manifest_version: 2,
      name: 'Conformance peer',
      version: '1.0',
      browser_specific_settings: { gecko: { id: PEER } },
      background: { scripts: ['peer.js'], persistent: true },
    }),
  );
}

const CONTEXTS = ['background', 'content', 'page', 'user', 'second'] as const;

/** @returns the extension's id, the same for the same host and variant */
export function hostId(variant: Variant, host: Host): string {
  return `${host}-${variant}@conformance.fixture.porthole`;
}

/** Names of the scripts that every context runs, after the one that says which context it is. */
function commonScripts(): string[] {
  return ['describe.js', 'harness.js', ...readdirSync(CASES).sort()];
}

/**
 * Writes an extension.
 *
 * @param folder where to; is made
 * @param bus origin of the test's server
 */
export function writeHost(folder: string, variant: Variant, host: Host, bus: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(BROWSER, 'describe.js'), join(folder, 'describe.js'));
  copyFileSync(join(BROWSER, 'harness.js'), join(folder, 'harness.js'));
  for (const file of readdirSync(CASES)) copyFileSync(join(CASES, file), join(folder, file));
  for (const context of CONTEXTS) {
    writeFileSync(
      join(folder, `context-${context}.js`),
      `globalThis.CONFORMANCE = ${JSON.stringify({ host, variant, context, bus })};\n`,
    );
  }
  const before = host === 'polyfill' ? ['hide-browser.js', 'browser-polyfill.js'] : [];
  if (host === 'polyfill') {
    copyFileSync(POLYFILL, join(folder, 'browser-polyfill.js'));
    // Where there is a `browser` already, the polyfill does nothing.
    writeFileSync(join(folder, 'hide-browser.js'), 'globalThis.browser = undefined;\n');
  }
  if (host === 'early') {
    copyFileSync(join(BROWSER, 'wrap-first.js'), join(folder, 'wrap-first.js'));
  }
  if (host === 'idle') copyFileSync(join(BROWSER, 'idle.js'), join(folder, 'idle.js'));
  const scripts = (context: string): string[] => [
    ...before,
    `context-${context}.js`,
    ...commonScripts(),
  ];
  const tags = scripts('page').map((file) => `<script src="${file}"></script>`);
  writeFileSync(
    join(folder, 'page.html'),
    `<!doctype html><meta charset="utf-8"><title>page</title>${tags.join('')}\n`,
  );
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest(variant, host, scripts)));
  if (worldsOf(host).length > 0) {
    writeFileSync(join(folder, 'user-scripts.js'), registration(variant, host, bus, scripts));
  }
}

function manifest(
  variant: Variant,
  host: Host,
  scripts: (context: string) => string[],
): Record<string, unknown> {
  const common = {
    name: `Conformance ${host}`,
    version: '1.0',
    browser_specific_settings: { gecko: { id: hostId(variant, host) } },
    // Each entry is instrumented: with two, a copy comes when code of the extension has run already.
    content_scripts: [...(host === 'early' ? [['wrap-first.js']] : []), scripts('content')].map(
      (js) => ({
        matches: [`http://127.0.0.1/${variant}/${host}/*`],
        js,
        run_at: 'document_start',
      }),
    ),
  };
  const policy = "script-src 'self'";
  if (host === 'idle') {
    return {
      ...common,
      manifest_version: 3,
      host_permissions: ['<all_urls>'],
      background: { scripts: ['idle.js'] },
    };
  }
  if (worldsOf(host).length === 0) {
    return {
      ...common,
      manifest_version: 2,
      permissions: ['tabs', 'storage', 'nativeMessaging', '<all_urls>'],
      content_security_policy: policy,
      background: { scripts: scripts('background'), persistent: true },
    };
  }
  return {
    ...common,
    manifest_version: 3,
    permissions: ['tabs', 'storage', 'scripting', 'nativeMessaging'],
    optional_permissions: ['userScripts'],
    host_permissions: ['<all_urls>'],
    // Without upgrade-insecure-requests, which would turn the line to the test into https.
    content_security_policy: { extension_pages: policy },
    background: { scripts: [...scripts('background'), 'user-scripts.js'] },
  };
}

function registration(
  variant: Variant,
  host: Host,
  bus: string,
  scripts: (context: string) => string[],
): string {
  const worlds = worldsOf(host).map((id) => ({
    ...(id === 'user' ? {} : { worldId: id }),
    id,
    js: scripts(id),
  }));
  const first = host === 'early' ? [{ id: 'first', js: ['wrap-first.js'] }] : [];
  const registered = [...first, ...worlds].map((script) => ({
    ...script,
    matches: [`http://127.0.0.1/${variant}/${host}/*`],
    js: script.js.map((file) => ({ file })),
    runAt: 'document_start',
  }));
  return `
    (async () => {
      const { userScripts } = browser;
      await userScripts.configureWorld({ messaging: true });
      await userScripts.configureWorld({ worldId: 'second', messaging: true });
      const known = await userScripts.getScripts();
      if (known.length === 0) await userScripts.register(${JSON.stringify(registered)});
      await fetch('${bus}/present?from=${variant}/${host}/registered');
    })();
  `;
}
