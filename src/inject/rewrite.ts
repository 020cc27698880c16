/**
 * Turns an extension into an instrumented copy of itself, as a pure function from files to files. How the files
 * are read and written is the business of `directory.ts` and `archive.ts`.
 */
import { InjectError } from './error.js';
import type { ExtensionFiles, Warning } from './files.js';
import { insertScript } from './html.js';
import { MANIFEST, manifestFacts, parseManifest, type ManifestFacts } from './manifest.js';
import { INSTRUMENTED_SUFFIX, PORTHOLE_ID } from '../protocol/constants.js';
import { rewriteManifest } from './rewrite-manifest.js';

/** The built files that are added to the extension. */
export const INSTRUMENTATION_FILES = [
  'content-script.js',
  'user-script.js',
  'extension-page.js',
] as const;

/** The built instrumentation: file name → its text. */
export type Instrumentation = Readonly<Record<(typeof INSTRUMENTATION_FILES)[number], string>>;

/** What stands in the built `extension-page.js` for the paths of the files it injects. */
const PLACEHOLDERS = [
  ['__PORTHOLE_CONTENT_SCRIPT_FILE__', 'content-script.js'],
  ['__PORTHOLE_USER_SCRIPT_FILE__', 'user-script.js'],
] as const;

const FOLDER = 'porthole-instrumentation';

/** An instrumented copy, as a difference from its source. */
export interface Rewrite {
  /** Changed and added files. */
  files: Map<string, Uint8Array>;
  /** Files of the source that the copy must not have. */
  dropped: Set<string>;
  facts: ManifestFacts;
  /** What was done, one human line each. */
  done: string[];
  warnings: Warning[];
}

/**
 * @param source the extension
 * @param instrumentation the built files to put in
 * @throws InjectError when the manifest is missing or unreadable, or the extension must not be instrumented
 */
export function rewriteExtension(
  source: ExtensionFiles,
  instrumentation: Instrumentation,
): Rewrite {
  const manifestFile = source.get(MANIFEST);
  if (!manifestFile) throw new InjectError(`There is no ${MANIFEST}.`, MANIFEST);
  const manifest = parseManifest(manifestFile.read());
  const facts = manifestFacts(manifest, source);
  refuseOwnCopies(manifest.name, facts.id, source);

  const folder = freeFolder(source);
  const pageScript = `${folder}/extension-page.js`;
  const rewrite = rewriteManifest(
    manifest,
    { contentScript: `${folder}/content-script.js`, extensionPage: pageScript },
    (path) => source.has(path),
  );
  const files = new Map<string, Uint8Array>();
  const pages = instrumentPages(source, `/${pageScript}`, rewrite.sandboxed, files);
  const warnings = [...rewrite.warnings, ...pages.warnings];
  for (const { key, path } of rewrite.pages) {
    if (!source.has(path)) {
      warnings.push({ file: path, message: `is named by "${key}" but is not in the extension` });
    } else if (!syntaxOf(path)) {
      warnings.push({
        file: path,
        message: `is named by "${key}" but has no .html name, so it was left alone`,
      });
    }
  }
  if (rewrite.done.length === 0 && pages.done.length === 0) {
    warnings.push({
      file: MANIFEST,
      message: 'the extension has no content script, background or page to instrument',
    });
  }

  const signature = [...source.keys()].filter((path) => /^meta-inf\//i.test(path));
  files.set(MANIFEST, encode(`${JSON.stringify(manifest, null, 2)}\n`));
  for (const name of INSTRUMENTATION_FILES) {
    let text = instrumentation[name];
    for (const [placeholder, file] of PLACEHOLDERS) {
      text = text.replaceAll(placeholder, `/${folder}/${file}`);
    }
    files.set(`${folder}/${name}`, encode(withoutSourceMap(text)));
  }
  return {
    files,
    dropped: new Set(signature),
    facts,
    done: [
      ...rewrite.done,
      ...pages.done,
      ...rewrite.notes,
      ...pages.notes,
      ...(signature.length > 0 ? ['META-INF left out: a signature fits only the original'] : []),
      ...(folder === FOLDER
        ? []
        : [`instrumentation added as ${folder}/, because ${FOLDER}/ was taken`]),
    ],
    warnings,
  };
}

function refuseOwnCopies(name: string, id: string | null, source: ExtensionFiles): void {
  if (id === PORTHOLE_ID) {
    throw new InjectError('This is Porthole itself; give another extension.', MANIFEST);
  }
  const instrumented = [...source.keys()].some(
    (path) => path.startsWith(FOLDER) && path.endsWith('/extension-page.js'),
  );
  if (instrumented && name.endsWith(INSTRUMENTED_SUFFIX)) {
    throw new InjectError(
      'This extension is an instrumented copy already; give the original.',
      MANIFEST,
    );
  }
}

/** A name that no path of the source begins with, whatever the letter case the file system keeps apart. */
function freeFolder(source: ExtensionFiles): string {
  const taken = new Set([...source.keys()].map((path) => path.split('/', 1)[0]!.toLowerCase()));
  let folder = FOLDER;
  for (let n = 2; taken.has(folder); n++) folder = `${FOLDER}-${n}`;
  return folder;
}

function instrumentPages(
  source: ExtensionFiles,
  src: string,
  sandboxed: ReadonlySet<string>,
  files: Map<string, Uint8Array>,
): { done: string[]; notes: string[]; warnings: Warning[] } {
  const done: string[] = [];
  const notes: string[] = [];
  const warnings: Warning[] = [];
  const fragments: string[] = [];
  let dependencies = 0;
  for (const [path, file] of source) {
    const syntax = syntaxOf(path);
    if (!syntax) continue;
    if (/(?:^|\/)node_modules\//.test(path)) {
      dependencies++;
      continue;
    }
    if (sandboxed.has(path)) {
      warnings.push({
        file: path,
        message: 'is a sandboxed page without extension APIs; left alone',
      });
      continue;
    }
    const result = insertScript(file.read(), src, syntax);
    if (result.kind === 'inserted') {
      files.set(path, result.bytes);
      done.push(`page: ${path}`);
      if (result.warning) warnings.push({ file: path, message: result.warning });
    } else if (result.kind === 'fragment') {
      fragments.push(path);
    } else {
      warnings.push({ file: path, message: `${result.reason}; left alone` });
    }
  }
  if (fragments.length > 0)
    notes.push(`left alone, HTML without a script: ${fragments.join(', ')}`);
  if (dependencies > 0) notes.push(`left alone, HTML in node_modules: ${dependencies} files`);
  return { done, notes, warnings };
}

function syntaxOf(path: string): 'html' | 'xhtml' | undefined {
  if (/\.html?$/i.test(path)) return 'html';
  return /\.xht(?:ml)?$/i.test(path) ? 'xhtml' : undefined;
}

function withoutSourceMap(script: string): string {
  return script.replace(
    /\s*(?:\/\/[#@]\s*sourceMappingURL=\S*|\/\*[#@]\s*sourceMappingURL=[^*]*\*\/)\s*$/,
    '\n',
  );
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
