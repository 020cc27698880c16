/** Extensions with one content script that writes its own log where the page's test can read it. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variant } from './hosts.js';

const BROWSER = join(dirname(fileURLToPath(import.meta.url)), '../browser');

/** The scripts there are, by their file's name. */
export type Solo = 'leaving' | 'orphan';

/** @returns the extension's id */
export function soloId(variant: Variant, name: Solo): string {
  return `${name}-${variant}@conformance.fixture.porthole`;
}

/** @param folder where to; is made */
export function writeSolo(folder: string, variant: Variant, name: Solo): void {
  mkdirSync(folder, { recursive: true });
  const script = `${name}.js`;
  for (const file of [script, 'echo.js']) copyFileSync(join(BROWSER, file), join(folder, file));
  const manifest = {
    manifest_version: 2,
    name: `Conformance ${name}`,
    version: '1.0',
    browser_specific_settings: { gecko: { id: soloId(variant, name) } },
    permissions: ['<all_urls>'],
    background: { scripts: ['echo.js'], persistent: true },
    content_scripts: [
      {
        matches: [`http://127.0.0.1/${variant}/${name}`],
        js: [script],
        run_at: 'document_start',
      },
    ],
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}
