/** Who may import whom: the table of src/README.md in a form that lint can hold code against. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';

/**
 * @typedef {object} Row
 * @property {readonly string[]} modules folders (or single modules, without extension) besides the own one
 * @property {readonly string[]} [packages]
 * @property {boolean} [node] whether Node's own modules may be used
 * @property {readonly string[]} [except] modules that are closed although their folder is open
 */

const GUARDS = 'src/protocol/guards';
const TRACE_GUARDS = 'src/protocol/trace-guards';

/** @type {Readonly<Record<string, Row>>} */
export const TABLE = {
  'src/protocol': { modules: [], except: [GUARDS, TRACE_GUARDS] },
  'src/texts': { modules: ['public/_locales'], packages: ['webextension-polyfill'] },
  'src/instrumentation': { modules: ['src/protocol'], except: [GUARDS, TRACE_GUARDS] },
  'src/store': { modules: ['src/protocol'], packages: ['idb'] },
  'src/background': {
    modules: [
      'src/protocol',
      'src/store',
      'src/playground',
      'src/instrumentation/index',
      'src/model/muting',
      'src/texts',
    ],
    packages: ['webextension-polyfill', 'devalue'],
  },
  'src/model': { modules: ['src/protocol', 'src/texts'], packages: ['devalue'] },
  devtools: {
    modules: [
      'src/protocol',
      'src/model',
      'src/store/reader',
      'src/store/kept',
      'src/texts',
      'docs',
    ],
    packages: [
      '@jridgewell/trace-mapping',
      'preact',
      '@preact/signals',
      'devalue',
      'uplot',
      'webextension-polyfill',
    ],
  },
  'src/playground': {
    modules: ['src/instrumentation', 'src/protocol', 'src/texts'],
    packages: ['webextension-polyfill'],
    except: [GUARDS],
  },
  'src/inject': {
    modules: ['src/protocol/constants'],
    packages: ['parse5', 'fflate', 'strip-json-comments'],
    node: true,
  },
  'src/cli': {
    modules: ['src/inject', 'src/model', 'src/protocol', 'src/texts', 'public/_locales'],
    packages: ['commander', 'puppeteer-core', '@puppeteer/browsers'],
    node: true,
  },
};

/** Rows for single modules, in place of their folder's. @type {Readonly<Record<string, Row>>} */
const MODULES = {
  [GUARDS]: { modules: [], packages: ['valibot'] },
  [TRACE_GUARDS]: { modules: [], packages: ['valibot'] },
};

/** Folders that nobody else imports. */
const CLOSED = ['test', 'bench', 'scripts', 'examples'];

/**
 * @param {string} file path of the importing module, relative to the repository, with `/`
 * @param {string} specifier as it stands in the import, type-only or not
 * @returns {string | null} what is wrong with it; null when the table allows it
 */
export function importProblem(file, specifier) {
  const folder = folderOf(file);
  const row = MODULES[withoutExtension(file)] ?? TABLE[folder];
  if (!specifier.startsWith('.')) return row ? packageProblem(folder, row, specifier) : null;
  const target = withoutExtension(posix.join(posix.dirname(file), specifier.replace(/\?.*$/, '')));
  return moduleProblem(folder, row, target);
}

/**
 * @param {string} folder
 * @param {Row} row
 * @param {string} specifier
 */
function packageProblem(folder, row, specifier) {
  if (isBuiltin(specifier)) {
    return row.node ? null : `${folder} runs in the browser and may not import ${specifier}.`;
  }
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return row.packages?.includes(name) ? null : `${folder} may not import the package ${name}.`;
}

/**
 * @param {string} folder
 * @param {Row | undefined} row none for folders that may import anything
 * @param {string} target
 */
function moduleProblem(folder, row, target) {
  if (isIn(target, folder) && !row?.except?.includes(target)) return null;
  const closed = CLOSED.find((name) => isIn(target, name));
  if (closed !== undefined && !CLOSED.includes(folder)) {
    return `${folder} may not import ${target}: ${closed} is imported by nobody.`;
  }
  if (row === undefined) return null;
  const open = row.modules.some((module) => isIn(target, module)) && !row.except?.includes(target);
  return open ? null : `${folder} may not import ${target}.`;
}

/** @param {string} file */
function folderOf(file) {
  return Object.keys(TABLE).find((folder) => isIn(file, folder)) ?? file.split('/', 1)[0] ?? '';
}

/**
 * @param {string} path
 * @param {string} folder or a module
 */
function isIn(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/** @param {string} path */
function withoutExtension(path) {
  return path.replace(/\.(?:d\.)?[cm]?[jt]sx?$/, '');
}
