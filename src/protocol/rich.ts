/**
 * The `rich` payload form: devalue text with two additions for what structured clone carries and devalue
 * does not know. Write with `devalue.stringify(value, RICH_REDUCERS)`, read with
 * `devalue.parse(text, RICH_REVIVERS)`.
 *
 * - `["Error", {name, message, stack}]`: an Error.
 * - `["Platform", {class, …}]`: any other platform object (Blob, File, ImageData, CryptoKey…), as its class
 *   name and, where it has them, `name`, `type` and `size`. The bytes are not kept.
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
const { getPrototypeOf } = Object;
const objectPrototype = Object.prototype;

/** Class names that devalue writes itself. */
const KNOWN =
  /^(Object|Array|Date|RegExp|Map|Set|Number|String|Boolean|BigInt|ArrayBuffer|DataView|(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array|Float(16|32|64)Array)$/;

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
    for (const key of ['name', 'type', 'size'] as const) {
      const fact = (value as Record<string, unknown>)[key];
      if (typeof fact === 'string' || typeof fact === 'number') facts[key] = fact;
    }
    return facts;
  },
};

export const RICH_REVIVERS = {
  Error: (value: { name: string; message: string; stack: string }) =>
    new RichError(value.name, value.message, value.stack),
  Platform: ({ class: name, ...facts }: Record<string, string | number>) =>
    new RichPlatformObject(String(name), facts),
};
