/**
 * One config, one process per target: the web extension plugin reloads this file for each of its child
 * builds. `PORTHOLE_TARGET=cli` builds the command line instead of the extension.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import webExtension from 'vite-plugin-web-extension';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const define = { __PORTHOLE_VERSION__: JSON.stringify(version) };

const cli = defineConfig({
  define,
  build: {
    ssr: 'src/cli/porthole.ts',
    outDir: 'dist/cli',
    copyPublicDir: false,
    target: 'node20',
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: 'porthole.js', banner: '#!/usr/bin/env node' } },
  },
});

const WITHOUT_BROWSER =
  '!(globalThis.browser && globalThis.browser.runtime && globalThis.browser.runtime.id)';

/** Leaves out what webextension-polyfill brings for browsers without `browser`: this build is Firefox's. */
const firefoxPolyfill: Plugin = {
  name: 'firefox-polyfill',
  transform(code, id) {
    if (!id.includes('/webextension-polyfill/')) return null;
    if (!code.includes(WITHOUT_BROWSER)) {
      this.error(`${id} asks for \`browser\` in another way: bring WITHOUT_BROWSER up to date`);
    }
    return { code: code.replace(WITHOUT_BROWSER, 'false'), map: null };
  },
};

/** Leaves out of content scripts what they have no use for; see `world.ts`. */
function contentScriptWorld(): Plugin {
  let isContentScript = false;
  return {
    name: 'content-script-world',
    buildStart({ input }) {
      isContentScript = Object.values(input).some((entry) =>
        entry.endsWith('src/instrumentation/content-script.ts'),
      );
    },
    transform(code, id) {
      if (!isContentScript || !id.endsWith('/src/instrumentation/world.ts')) return null;
      if (!code.includes('MAY_BORROW = true')) this.error(`${id} has no MAY_BORROW = true`);
      return { code: code.replace('MAY_BORROW = true', 'MAY_BORROW = false'), map: null };
    },
  };
}

/**
 * Minifies the instrumentation once more, by terser, which puts functions and variables that are used once where they are
 * used: other people's pages load it, and 2 % of it is bought with build time alone.
 */
const tighterInstrumentation: Plugin = {
  name: 'tighter-instrumentation',
  async generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      if (!/\/src\/instrumentation\/[\w-]+\.ts$/.test(chunk.facadeModuleId ?? '')) continue;
      const { code } = await minify(chunk.code, {
        ecma: 2020,
        // Reading a property can be meant: Firefox's lazy ones become what they are when they are read.
        compress: { ecma: 2020, passes: 4, pure_getters: false, unsafe_arrows: true },
      });
      if (code === undefined) this.error(`${chunk.fileName} came out empty`);
      chunk.code = code;
    }
  },
};

const extension = defineConfig({
  // Libraries that also run in Node ask for these; without them their Node branches are left out.
  define: { ...define, process: 'undefined', Buffer: 'undefined' },
  // The panel's worker loads the parser of rich payloads when there are any.
  resolve: {
    alias: [
      {
        find: /^\.\.?\/rich-reader\.js$/,
        replacement: fileURLToPath(new URL('devtools/worker/rich-reader.ts', import.meta.url)),
      },
    ],
  },
  logLevel: 'warn',
  build: {
    outDir: 'dist/firefox',
    target: 'firefox140',
    emptyOutDir: true,
    minify: true,
    sourcemap: false,
    modulePreload: false,
    // Constants have names in the sources only: each costs the inspected extension's pages a few bytes.
    rolldownOptions: { optimization: { inlineConst: { mode: 'all', pass: 3 } } },
  },
  plugins: [
    firefoxPolyfill,
    contentScriptWorld(),
    tighterInstrumentation,
    webExtension({
      // Defaults to chrome, which would drop the browser-specific keys.
      browser: 'firefox',
      manifest: () => ({
        ...(JSON.parse(readFileSync('manifest.json', 'utf8')) as Record<string, unknown>),
        version,
      }),
      additionalInputs: [
        'devtools/panel.html',
        'devtools/model-worker.ts',
        'devtools/query-language.ts',
        'devtools/row-details.ts',
        'devtools/row-sorting.ts',
        'devtools/tree.ts',
        'devtools/trace-files.ts',
        'devtools/views.ts',
        'devtools/rich-parser.ts',
        'devtools/findings.ts',
        'devtools/source-maps.ts',
        'src/instrumentation/content-script.ts',
        'src/instrumentation/user-script.ts',
        'src/instrumentation/extension-page.ts',
        'src/playground/content-script.ts',
        'src/playground/user-script.ts',
      ],
      // The schema would be downloaded; `npm run lint:addon` checks the manifest instead.
      skipManifestValidation: true,
      disableAutoLaunch: true,
      printSummary: false,
    }),
  ],
});

export default process.env['PORTHOLE_TARGET'] === 'cli' ? cli : extension;
