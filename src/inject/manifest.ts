/** Reads `manifest.json` the way Firefox does, and what it declares about the extension. */
import stripJsonComments from 'strip-json-comments';
import { InjectError } from './error.js';
import type { ExtensionFiles } from './files.js';

/** A parsed manifest whose name, version and manifest version have been checked; the rest is as found. */
export type Manifest = Record<string, unknown> & {
  manifest_version: 2 | 3;
  name: string;
  version: string;
};

/** Facts of a manifest that a caller needs in order to run the extension. */
export interface ManifestFacts {
  id: string | null;
  /** The name in the default locale, without Porthole's suffix. */
  name: string;
  version: string;
  manifestVersion: 2 | 3;
  /** Optional API permissions (no origins). */
  optionalPermissions: string[];
  /** Match patterns of required and optional host permissions and of content scripts, each once. */
  hostPermissions: string[];
  hasUserScripts: boolean;
}

export const MANIFEST = 'manifest.json';

/** Levels of lists and objects a manifest may have; writing it out again takes stack and indentation for each. */
const LEVELS = 100;

/** @returns whether a value is a JSON object */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the strings of a list; nothing when it is not a list */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/**
 * Parses a manifest. Firefox accepts comments and a byte order mark; so does this.
 *
 * @param bytes the file's bytes, UTF-8
 * @throws InjectError when it is not JSON (with line and column) or not a manifest that Firefox could load
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const manifest = parseJson(bytes, MANIFEST);
  if (!isRecord(manifest)) {
    throw new InjectError(`${MANIFEST} does not hold a JSON object.`, MANIFEST);
  }
  if (isDeeper(manifest, LEVELS)) {
    throw new InjectError(`${MANIFEST} is nested deeper than ${LEVELS} levels.`, MANIFEST);
  }
  const version = manifest['manifest_version'];
  if (version !== 2 && version !== 3) {
    const found = version === undefined ? 'missing' : JSON.stringify(version);
    throw new InjectError(
      `${MANIFEST}: "manifest_version" is ${found}; it must be 2 or 3.`,
      MANIFEST,
    );
  }
  for (const key of ['name', 'version']) {
    const value = manifest[key];
    if (typeof value !== 'string' || value === '') {
      throw new InjectError(`${MANIFEST} has no "${key}", which Firefox requires.`, MANIFEST);
    }
  }
  return manifest as Manifest;
}

function isDeeper(value: unknown, levels: number): boolean {
  let layer = [value];
  for (let level = 0; level <= levels; level += 1) {
    layer = layer.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
    if (layer.length === 0) return false;
  }
  return true;
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  let text: string;
  try {
    text = stripJsonComments(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new InjectError(`${file} is not UTF-8 text; save it as UTF-8.`, file, { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = (cause as SyntaxError).message;
    const offset = errorOffset(reason, text);
    const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
    const where =
      offset === undefined
        ? ''
        : ` at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
    const what = reason
      .replace(/,? (?:\.\.\.)?"[^]*is not valid JSON$/, '')
      .replace(/ (?:in JSON )?at position.*$/s, '');
    throw new InjectError(`${file} is not JSON: ${what}${where}.`, file, { cause });
  }
}

/**
 * Where `JSON.parse` stumbled. V8 says the position for some errors; for an unexpected token it quotes the
 * ten characters on either side instead.
 */
function errorOffset(reason: string, text: string): number | undefined {
  const position = /at position (\d+)/.exec(reason);
  if (position) return Number(position[1]);
  if (reason.includes('end of JSON input')) return text.length;
  const quoted = /^Unexpected token '([^]+?)', (\.\.\.)?"([^]*)"(\.\.\.)? is not valid JSON$/.exec(
    reason,
  );
  if (!quoted) return undefined;
  const [, token = '', before, context = '', after] = quoted;
  const start = text.indexOf(context);
  if (start === -1 || text.includes(context, start + 1)) return undefined;
  if (before) return start + 10;
  return after ? context.length - 10 : text.indexOf(token);
}

/**
 * @param manifest a parsed manifest, before it is rewritten
 * @param files the extension's files, for the localised name
 */
export function manifestFacts(manifest: Manifest, files: ExtensionFiles): ManifestFacts {
  const settings = geckoSettings(manifest).find((gecko) => typeof gecko['id'] === 'string');
  const required = strings(manifest['permissions']);
  const optional = strings(manifest['optional_permissions']);
  const contentScripts = Array.isArray(manifest['content_scripts'])
    ? manifest['content_scripts'].filter(isRecord)
    : [];
  const hosts = [
    ...required.filter(isMatchPattern),
    ...optional.filter(isMatchPattern),
    ...strings(manifest['host_permissions']),
    ...strings(manifest['optional_host_permissions']),
    ...contentScripts.flatMap((entry) => strings(entry['matches'])),
  ];
  return {
    id: (settings?.['id'] as string | undefined) ?? null,
    name: localised(manifest, files),
    version: manifest.version,
    manifestVersion: manifest.manifest_version,
    optionalPermissions: [...new Set(optional.filter((name) => !isMatchPattern(name)))],
    hostPermissions: [...new Set(hosts)],
    hasUserScripts:
      [...required, ...optional].includes('userScripts') || isRecord(manifest['user_scripts']),
  };
}

/** @returns the Firefox-specific settings of a manifest: of the current key, then of the one it replaced */
export function geckoSettings(manifest: Manifest): Record<string, unknown>[] {
  return ['browser_specific_settings', 'applications'].flatMap((key) => {
    const settings = manifest[key];
    const gecko = isRecord(settings) ? settings['gecko'] : undefined;
    return isRecord(gecko) ? [gecko] : [];
  });
}

function isMatchPattern(permission: string): boolean {
  return permission === '<all_urls>' || permission.includes('://');
}

/** The manifest's name with its `__MSG_…__` placeholders filled in; those without a message stay. */
function localised(manifest: Manifest, files: ExtensionFiles): string {
  const locale = manifest['default_locale'];
  if (typeof locale !== 'string' || !manifest.name.includes('__MSG_')) return manifest.name;
  const file = files.get(`_locales/${locale}/messages.json`);
  let messages: unknown;
  try {
    messages = file && parseJson(file.read(), 'messages.json');
  } catch {
    return manifest.name;
  }
  if (!isRecord(messages)) return manifest.name;
  const texts = new Map(
    Object.entries(messages).map(([key, entry]) => [
      key.toLowerCase(),
      isRecord(entry) && typeof entry['message'] === 'string' ? entry['message'] : undefined,
    ]),
  );
  return manifest.name.replace(
    /__MSG_([A-Za-z0-9@_]+?)__/g,
    (placeholder, key: string) => texts.get(key.toLowerCase()) ?? placeholder,
  );
}
