/** The rules of this repository that oxlint does not bring along; loaded through `jsPlugins` in its config. */
import { relative, sep } from 'node:path';
import { bareText } from './bare-text.mjs';
import { importProblem } from './import-table.mjs';

/**
 * Every form in which a module can name another one, `import type` and `import('…').Type` included.
 *
 * @type {Parameters<import('oxlint/plugins-dev').RuleTester['run']>[1]}
 */
const importTable = {
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    /** @param {any} node the specifier; null in `export { a }`; any expression in `import(…)` */
    const check = (node) => {
      if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
      const problem = importProblem(file, node.value);
      if (problem !== null) context.report({ node, message: `${problem} See src/README.md.` });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
      TSExternalModuleReference: (node) => check(node.expression),
    };
  },
};

export default {
  meta: { name: 'porthole' },
  rules: { 'bare-text': bareText, 'import-table': importTable },
};
