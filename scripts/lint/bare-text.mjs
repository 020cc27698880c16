/** Text for people that stands in the code, where nobody who translates will find it. */

/** Attributes that are read out or shown. */
const SHOWN = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
]);

/** What stands in these is not the language's: code and keys. */
const UNTRANSLATED = new Set(['code', 'kbd']);

/** @type {Parameters<import('oxlint/plugins-dev').RuleTester['run']>[1]} */
export const bareText = {
  create(context) {
    /** @param {any} node */
    const report = (node) => {
      context.report({
        node,
        message: 'Text for people belongs in public/_locales; see src/texts.',
      });
    };
    /** @param {any} node what may become text, by any branch of it @returns {any[]} the literals that it can be */
    const literals = (node) => {
      switch (node?.type) {
        case 'Literal':
          return typeof node.value === 'string' ? [node] : [];
        case 'TemplateLiteral':
          return [...node.quasis, ...node.expressions.flatMap(literals)];
        case 'ConditionalExpression':
          return [...literals(node.consequent), ...literals(node.alternate)];
        case 'LogicalExpression':
          return [...literals(node.left), ...literals(node.right)];
        case 'BinaryExpression':
          return node.operator === '+' ? [...literals(node.left), ...literals(node.right)] : [];
        case 'JSXExpressionContainer':
          return literals(node.expression);
        default:
          return [];
      }
    };
    /** @param {any} literal */
    const hasWord = (literal) =>
      /\p{L}/u.test(literal.type === 'TemplateElement' ? literal.value.cooked : literal.value);
    /** @param {any} node */
    const check = (node) => literals(node).filter(hasWord).forEach(report);
    /** @param {any} element */
    const isUntranslated = (element) => UNTRANSLATED.has(element?.openingElement?.name?.name);
    return {
      JSXText(node) {
        if (/\p{L}/u.test(node.value) && !isUntranslated(node.parent)) report(node);
      },
      JSXExpressionContainer(node) {
        if (node.parent.type !== 'JSXAttribute' && !isUntranslated(node.parent)) check(node);
      },
      JSXAttribute(node) {
        if (node.name.type === 'JSXIdentifier' && SHOWN.has(node.name.name)) check(node.value);
      },
    };
  },
};
