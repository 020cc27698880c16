/**
 * Finds scripts that an extension injects by itself at run time. A manifest cannot put anything in front of
 * them, so the person is told which files to look at.
 */
import type { ExtensionFiles, Warning } from './files.js';

const INJECTING_CALL =
  /\b(?:(?:scripting|tabs)\s*\.\s*executeScript|scripting\s*\.\s*registerContentScripts|contentScripts\s*\.\s*register)\b(?=\s*\()/g;

/**
 * @param source the extension
 * @returns one warning for each script file that calls an injecting API
 */
export function unreachedInjections(source: ExtensionFiles): Warning[] {
  const warnings: Warning[] = [];
  for (const [path, file] of source) {
    if (!/\.[cm]?js$/i.test(path) || /(?:^|\/)node_modules\//.test(path)) continue;
    const bytes = file.read();
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const calls = new Set(
      [...text.matchAll(INJECTING_CALL)].map(([call]) => call.replace(/\s/g, '')),
    );
    if (calls.size > 0) {
      warnings.push({
        file: path,
        message: `calls ${[...calls].join(', ')}: what it injects is recorded only in frames where a content script of the manifest already runs`,
      });
    }
  }
  return warnings;
}
