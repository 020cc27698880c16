/**
 * Puts one script into a packaged page without changing any other byte of it.
 *
 * Pages are looked at as Latin-1, so that an offset is a byte offset whatever the page's encoding: the markup
 * that matters is ASCII in every encoding a page may use except UTF-16.
 */
import { defaultTreeAdapter as tree, parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { allowsOwnScripts } from './csp.js';

/** What became of a page. */
export type Insertion =
  | { kind: 'inserted'; bytes: Uint8Array; warning?: string }
  /** No document of its own and no script in it: a template for somebody's `innerHTML`, or an inert page. */
  | { kind: 'fragment' }
  | { kind: 'skipped'; reason: string };

/** Bytes at the start of a page in which browsers look for its `<meta charset>`. */
const CHARSET_WINDOW = 1024;

/**
 * Inserts `<script src="…"></script>` so that it runs before any other script of the page.
 *
 * @param page the file's bytes
 * @param src the script's address; no quotes, no `&`
 * @param syntax how Firefox will parse the file, which its name decides
 */
export function insertScript(page: Uint8Array, src: string, syntax: 'html' | 'xhtml'): Insertion {
  const buffer = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  if (isUtf16(buffer)) {
    return { kind: 'skipped', reason: 'is UTF-16; save it as UTF-8 to have it instrumented' };
  }
  const bom = buffer.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0;
  const text = buffer.toString('latin1', bom);
  const document = parse(text, { sourceCodeLocationInfo: true });
  const tag = `<script src="${src}"></script>`;
  const splice = (at: number): Uint8Array =>
    Buffer.concat([
      buffer.subarray(0, bom + at),
      Buffer.from(tag, 'latin1'),
      buffer.subarray(bom + at),
    ]);

  if (syntax === 'xhtml') {
    const at = xhtmlPosition(document, text);
    return at === undefined
      ? {
          kind: 'skipped',
          reason: 'has no plain <head> in the XHTML namespace to put the instrumentation into',
        }
      : { kind: 'inserted', bytes: splice(at) };
  }
  if (isFragment(document)) return { kind: 'fragment' };

  const works = (at: number): boolean => {
    const result = parse(text.slice(0, at) + tag + text.slice(at), {
      sourceCodeLocationInfo: true,
    });
    const script = elements(result).find((element) => element.tagName === 'script');
    return (
      script?.sourceCodeLocation?.startOffset === at &&
      script.sourceCodeLocation.endOffset === at + tag.length &&
      (script.parentNode as Tree.Element).tagName === 'head'
    );
  };
  const at = positions(document).find(works);
  if (at === undefined) {
    return {
      kind: 'skipped',
      reason: 'has no place where a script would come first; give it a <head>',
    };
  }
  const charset = bom === 0 ? pushedCharset(document, at, tag.length) : undefined;
  if (charset === undefined) return { kind: 'inserted', bytes: splice(at) };
  if (charset.clear && works(charset.end)) return { kind: 'inserted', bytes: splice(charset.end) };
  return {
    kind: 'inserted',
    bytes: splice(at),
    warning: `its character encoding is now declared after byte ${CHARSET_WINDOW}, where browsers no longer look; move <meta charset> to the start of <head>`,
  };
}

function isUtf16(buffer: Buffer): boolean {
  const [first, second] = buffer;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Offsets to try, best first. Odd pages (a stray `</body>` before everything, say) need the later ones. */
function positions(document: Tree.Document): number[] {
  const html = child(document, 'html');
  const head = html && child(html, 'head');
  const doctype = document.childNodes.find((node) => node.nodeName === '#documentType');
  const candidates = [
    head?.sourceCodeLocation?.startTag?.endOffset,
    html && contentStart(html),
    html?.sourceCodeLocation?.startTag?.endOffset,
    doctype?.sourceCodeLocation?.endOffset,
    0,
  ];
  return candidates.filter((offset) => offset !== undefined);
}

/** Where the first thing inside head, body or frameset starts; comments before them are not inside. */
function contentStart(html: Tree.Element): number | undefined {
  let first: number | undefined;
  const waiting: Tree.ChildNode[] = html.childNodes.filter((node) => tree.isElementNode(node));
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const start = node.sourceCodeLocation?.startOffset;
    if (start !== undefined) first = Math.min(first ?? start, start);
    if (tree.isElementNode(node)) {
      for (const inner of node.childNodes) waiting.push(inner);
    }
  }
  return first;
}

/**
 * The page's encoding declaration, if a tag of `length` put in at `at` would push it out of the bytes that
 * browsers search; `clear` when the script may as well stand behind it.
 */
function pushedCharset(
  document: Tree.Document,
  at: number,
  length: number,
): { end: number; clear: boolean } | undefined {
  const html = child(document, 'html');
  const head = html && child(html, 'head');
  let clear = true;
  for (const element of head?.childNodes ?? []) {
    if (!tree.isElementNode(element)) continue;
    const location = element.sourceCodeLocation;
    const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
    const equivalent = attributes.get('http-equiv')?.toLowerCase();
    if (element.tagName === 'base') clear = false;
    if (element.tagName !== 'meta') continue;
    if (equivalent === 'content-security-policy') {
      clear &&= allowsOwnScripts(attributes.get('content') ?? '');
    }
    if (attributes.has('charset') || equivalent === 'content-type') {
      if (!location || location.startOffset < at) return undefined;
      const end = location.endOffset;
      return end <= CHARSET_WINDOW && end + length > CHARSET_WINDOW ? { end, clear } : undefined;
    }
  }
  return undefined;
}

/** XML knows no implied tags: only a written `<head>` of a root in the right default namespace will do. */
function xhtmlPosition(document: Tree.Document, text: string): number | undefined {
  const html = child(document, 'html');
  const namespace = html?.attrs.find(({ name }) => name === 'xmlns')?.value;
  const head = html && child(html, 'head')?.sourceCodeLocation?.startTag;
  if (namespace !== 'http://www.w3.org/1999/xhtml' || !html?.sourceCodeLocation || !head) {
    return undefined;
  }
  return text.slice(head.startOffset, head.endOffset).endsWith('/>') ? undefined : head.endOffset;
}

function isFragment(document: Tree.Document): boolean {
  return (
    !document.childNodes.some((node) => node.nodeName === '#documentType') &&
    !elements(document).some(
      ({ tagName, sourceCodeLocation }) =>
        tagName === 'script' || (['html', 'head', 'body'].includes(tagName) && sourceCodeLocation),
    )
  );
}

function child(parent: Tree.ParentNode, tagName: string): Tree.Element | undefined {
  return parent.childNodes.find(
    (node): node is Tree.Element => tree.isElementNode(node) && node.tagName === tagName,
  );
}

/** All elements in document order; what stands in a `<template>` is not part of the document. */
function elements(document: Tree.Document): Tree.Element[] {
  const found: Tree.Element[] = [];
  const waiting: Tree.ChildNode[] = document.childNodes.toReversed();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (!tree.isElementNode(node)) continue;
    found.push(node);
    for (let i = node.childNodes.length - 1; i >= 0; i--) waiting.push(node.childNodes[i]!);
  }
  return found;
}
