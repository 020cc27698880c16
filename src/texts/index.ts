/**
 * All that people read of Porthole, had by key. The texts stand in `public/_locales/<locale>/messages.json`, in the form
 * of WebExtensions (MDN: "Internationalization"); a place to be filled is a name in braces, as `{name}`. Where the texts
 * come from is said once, by {@link useTexts}: scripts that share a global share them.
 */

import type messages from '../../public/_locales/en/messages.json';

/** Name of a text. */
export type TextKey = keyof typeof messages;

/** Name of a text that goes with a number: each has a form for each of the language's plurals, `_one`, `_other`, … */
export type CountedKey = TextKey extends infer Key
  ? Key extends `${infer Name}_other`
    ? Name
    : never
  : never;

/** What the names in braces stand for. */
export type TextValues = Readonly<Record<string, string | number>>;

/** A file of texts, parsed. */
export type TextFile = Readonly<Record<string, { readonly message: string }>>;

interface Texts {
  readonly find: (key: string) => string;
  readonly found: Map<string, string>;
  readonly plurals: Intl.PluralRules;
  readonly numbers: Intl.NumberFormat;
}

/** Where the scripts that a worker loads one after the other find them: each has its own copy of this module. */
const scope = globalThis as { portholeTexts?: Texts };

/**
 * To be called before anything asks for a text.
 *
 * @param find a text by its key, with its names in braces; '' when there is none. `language` is the language that they
 *   are written in, which is not the person's where nobody has translated them
 */
export function useTexts(find: (key: string) => string): void {
  const language = find('language');
  scope.portholeTexts = {
    find,
    found: new Map(),
    plurals: new Intl.PluralRules(language),
    numbers: new Intl.NumberFormat(language),
  };
}

/** The same from files: where the first has no text, the next is looked into. */
export function useTextFiles(files: readonly TextFile[]): void {
  useTexts((key) => files.find((file) => Object.hasOwn(file, key))?.[key]?.message ?? '');
}

/** @returns the text in the person's language; the key itself, where nobody has written it */
export function text(key: TextKey, values?: TextValues): string {
  const found = find(key) ?? key;
  return values === undefined ? found : filled(found, values);
}

/** @returns the form of the text that goes with the number; `{count}` in it is the number as people write it */
export function counted(key: CountedKey, count: number, values?: TextValues): string {
  const form = find(`${key}_${texts().plurals.select(count)}`) ?? find(`${key}_other`) ?? key;
  return filled(form, { ...values, count: formatCount(count) });
}

/** @returns the text in pieces, for who puts something else than text in the places to be filled: every second is a name */
export function pieces(key: TextKey): readonly string[] {
  return (find(key) ?? key).split(/\{(\w+)\}/);
}

/** @returns the number with its thousands set apart, in English `12,345` */
export function formatCount(count: number): string {
  return texts().numbers.format(count);
}

function find(key: string): string | undefined {
  const known = texts();
  let text = known.found.get(key);
  if (text === undefined) {
    text = known.find(key);
    known.found.set(key, text);
  }
  return text === '' ? undefined : text;
}

/** @returns the text with its names in braces filled; one without a value stays as it is */
export function filled(text: string, values: TextValues): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    String(Object.hasOwn(values, name) ? values[name] : place),
  );
}

function texts(): Texts {
  const { portholeTexts } = scope;
  if (portholeTexts === undefined) throw new Error('No texts: useTexts() comes before text().');
  return portholeTexts;
}
