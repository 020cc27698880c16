/** Puts the instrumentation into a manifest: content scripts and background; and says what it cannot reach. */
import { INSTRUMENTED_SUFFIX } from '../protocol/constants.js';
import { allowsOwnScripts } from './csp.js';
import { packagePath, type Warning } from './files.js';
import { geckoSettings, isRecord, MANIFEST, strings, type Manifest } from './manifest.js';

/** Where the added files lie in the package. */
export interface AddedFiles {
  contentScript: string;
  extensionPage: string;
}

/** What {@link rewriteManifest} did. */
export interface ManifestRewrite {
  /** Contexts it reached, one human line each. */
  done: string[];
  /** Other changes, one human line each. */
  notes: string[];
  warnings: Warning[];
  /** Packaged pages the manifest names, by the key that names them. */
  pages: { key: string; path: string }[];
  /** Pages the manifest asks to run without extension APIs. */
  sandboxed: Set<string>;
}

/**
 * Rewrites a manifest in place. Id, version, permissions and CSP stay as they are; so do content scripts in
 * the page's own world (`"world": "MAIN"`), which have no extension API to instrument.
 *
 * `update_url` goes: an update from there would silently replace the copy by an uninstrumented extension.
 *
 * @param manifest changed in place
 * @param added where the instrumentation will lie
 * @param has whether the package holds a file
 */
export function rewriteManifest(
  manifest: Manifest,
  added: AddedFiles,
  has: (path: string) => boolean,
): ManifestRewrite {
  const rewrite: ManifestRewrite = {
    done: [],
    notes: [],
    warnings: [],
    pages: namedPages(manifest),
    sandboxed: new Set(
      isRecord(manifest['sandbox']) ? strings(manifest['sandbox']['pages']).map(packagePath) : [],
    ),
  };
  const warn = (message: string): void => void rewrite.warnings.push({ file: MANIFEST, message });
  const warnMissing = (key: string, scripts: string[]): void => {
    for (const script of scripts) {
      if (!has(packagePath(script))) {
        rewrite.warnings.push({
          file: packagePath(script),
          message: `is named by "${key}" but is not in the extension`,
        });
      }
    }
  };

  manifest.name += INSTRUMENTED_SUFFIX;
  for (const gecko of geckoSettings(manifest)) {
    if ('update_url' in gecko) {
      delete gecko['update_url'];
      rewrite.notes.push('update_url removed, so that no update replaces the instrumented copy');
    }
  }
  contentScripts(manifest, added.contentScript, rewrite, warn, warnMissing);
  background(manifest, added.extensionPage, rewrite, warn, warnMissing);
  const userScripts = manifest['user_scripts'];
  if (isRecord(userScripts) && 'api_script' in userScripts) {
    warn(
      '"user_scripts.api_script" belongs to the old user script API, which is not instrumented; use the userScripts API of Manifest V3',
    );
  }
  for (const policy of pagePolicies(manifest)) {
    if (!allowsOwnScripts(policy)) {
      warn(
        `"content_security_policy" does not let pages load the extension's own scripts, so background and pages stay uninstrumented; add 'self' to script-src (found: ${policy})`,
      );
    }
  }
  return rewrite;
}

type Warn = (message: string) => void;
type WarnMissing = (key: string, scripts: string[]) => void;

function contentScripts(
  manifest: Manifest,
  script: string,
  { done, notes }: ManifestRewrite,
  warn: Warn,
  warnMissing: WarnMissing,
): void {
  const entries = manifest['content_scripts'];
  if (entries === undefined) return;
  if (!Array.isArray(entries)) {
    warn('"content_scripts" is not a list; left alone');
    return;
  }
  for (const [index, entry] of entries.entries()) {
    const label = `content script entry ${index + 1}`;
    const scripts = isRecord(entry) ? strings(entry['js']) : [];
    if (!isRecord(entry)) {
      warn(`${label} is not an object; left alone`);
      continue;
    }
    warnMissing('content_scripts', [...scripts, ...strings(entry['css'])]);
    if (scripts.length === 0) continue;
    if (entry['world'] === 'MAIN') {
      notes.push(`${label}: ${scripts.join(', ')} (left alone: runs in the page's own world)`);
      continue;
    }
    entry['js'] = [script, ...scripts];
    done.push(`${label}: ${scripts.join(', ')}`);
  }
}

function background(
  manifest: Manifest,
  script: string,
  { done }: ManifestRewrite,
  warn: Warn,
  warnMissing: WarnMissing,
): void {
  const entry = manifest['background'];
  if (entry === undefined) return;
  if (!isRecord(entry)) {
    warn('"background" is not an object; left alone');
    return;
  }
  const scripts = strings(entry['scripts']);
  if (scripts.length > 0) {
    warnMissing('background.scripts', scripts);
    entry['scripts'] = [script, ...scripts];
    const kind = entry['type'] === 'module' ? 'background modules' : 'background scripts';
    done.push(`${kind}: ${scripts.join(', ')}`);
  } else if (typeof entry['service_worker'] === 'string' && typeof entry['page'] !== 'string') {
    warn(
      `the background is the service worker ${entry['service_worker']} alone, which Firefox does not run; add "background.scripts" to have a background in Firefox`,
    );
  }
}

/** The policies of extension pages; that of sandboxed pages does not matter here. */
function pagePolicies(manifest: Manifest): string[] {
  const policy = manifest['content_security_policy'];
  const text = isRecord(policy) ? policy['extension_pages'] : policy;
  return typeof text === 'string' ? [text] : [];
}

function namedPages(manifest: Manifest): ManifestRewrite['pages'] {
  const named: [key: string, reference: unknown][] = [
    ['options_page', manifest['options_page']],
    ['devtools_page', manifest['devtools_page']],
  ];
  for (const [key, property] of [
    ['background', 'page'],
    ['action', 'default_popup'],
    ['browser_action', 'default_popup'],
    ['page_action', 'default_popup'],
    ['sidebar_action', 'default_panel'],
    ['options_ui', 'page'],
  ] as const) {
    const entry = manifest[key];
    if (isRecord(entry)) named.push([`${key}.${property}`, entry[property]]);
  }
  const overrides = manifest['chrome_url_overrides'];
  if (isRecord(overrides)) {
    for (const [page, reference] of Object.entries(overrides)) {
      named.push([`chrome_url_overrides.${page}`, reference]);
    }
  }
  return named.flatMap(([key, reference]) =>
    typeof reference === 'string' && reference !== ''
      ? [{ key, path: packagePath(reference) }]
      : [],
  );
}
