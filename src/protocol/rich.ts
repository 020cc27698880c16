/**
 * The `rich` payload form: devalue text with additions for what structured clone carries and devalue does
 * not know. Write with `devalue.stringify(value, RICH_REDUCERS)`, read with
 * `devalue.parse(text, RICH_REVIVERS)`.
 *
 * - `["Error", {name, message, stack}]`: an Error.
 * - `["Platform", {class, …}]`: any other platform object (Blob, File, ImageData, CryptoKey…), as its class
 *   name and, where it has them, `name`, `message`, `type` and `size`. The bytes are not kept.
 * - `["Named", [elements, properties]]`: an array with properties beside its elements, as a RegExp's match.
 * - `["Entries", [[key, value], …]]`: an object with a key `__proto__`.
 */

/** What is kept of an Error; reviving does not make a live Error, so that a tree shows it as data. */
export class RichError {
  constructor(
    readonly name: string,
    readonly message: string,
    readonly stack: string,
  ) {}
}

/** What is kept of a platform object. */
export class RichPlatformObject {
  constructor(
    readonly className: string,
    readonly facts: Readonly<Record<string, string | number>>,
  ) {}
}

const { toString } = Object.prototype;
const { entries, getPrototypeOf, hasOwn, keys } = Object;
const objectPrototype = Object.prototype;

/** Class names that devalue writes itself. */
const KNOWN =
  /Array$|^(Object|Date|RegExp|Map|Set|Number|String|Boolean|BigInt|ArrayBuffer|DataView)$/;

function className(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || getPrototypeOf(value) === objectPrototype) {
    return null;
  }
  return Reflect.apply(toString, value, []).slice(8, -1);
}

export const RICH_REDUCERS = {
  Error: (value: unknown) => {
    if (className(value) !== 'Error') return false;
    const { name, message, stack } = value as Error;
    return { name: String(name), message: String(message), stack: String(stack ?? '') };
  },
  Platform: (value: unknown) => {
    const name = className(value);
    if (name === null || name === 'Error' || KNOWN.test(name)) return false;
    const facts: Record<string, string | number> = { class: name };
    for (const key of ['name', 'message', 'type', 'size'] as const) {
      const fact = (value as Record<string, unknown>)[key];
      if (typeof fact === 'string' || typeof fact === 'number') facts[key] = fact;
    }
    return facts;
  },
  Named: (value: unknown) =>
    // Names of elements come before all others.
    Array.isArray(value) && /\D/.test(keys(value).at(-1) ?? '') && [value.slice(), { ...value }],
  Entries: (value: unknown) =>
    value !== null && hasOwn(value as object, '__proto__') && entries(value as object),
};

export const RICH_REVIVERS = {
  Error: (value: { name: string; message: string; stack: string }) =>
    new RichError(value.name, value.message, value.stack),
  Platform: ({ class: name, ...facts }: Record<string, string | number>) =>
    new RichPlatformObject(String(name), facts),
  Named: ([elements, properties]: [unknown[], object]) => Object.assign(elements, properties),
  Entries: (pairs: [string, unknown][]) => Object.fromEntries(pairs),
};
