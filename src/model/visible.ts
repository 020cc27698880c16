/** Texts of strangers, fit to stand on a line with others. */

// C0 and C1 controls, line separators, and the marks that reorder or hide text around them.
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** @returns the text with control characters and invisible marks shown as `\n`, `\u001b` and so on */
export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    if (char === '\t') return '\\t';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
