/** Values as text, the same for the same value in every context; runs no getter. */
(() => {
  const MAX_DEPTH = 5;

  function describeFunction(fn) {
    return `function ${JSON.stringify(fn.name)}/${fn.length}`;
  }

  function describeError(error) {
    const kind = Object.prototype.toString.call(error);
    const keys = Object.keys(error);
    const extra = keys.length > 0 ? ` keys ${keys.join(',')}` : '';
    return `${kind} ${error.name}: ${error.message}${error instanceof Error ? ' (Error)' : ''}${error instanceof DOMException ? ' (DOMException)' : ''}${extra}`;
  }

  function describeObject(value, depth, seen) {
    if (seen.includes(value)) return `cycle ${seen.length - seen.indexOf(value)}`;
    const kind = Object.prototype.toString.call(value);
    const path = [...seen, value];
    const inner = (each) => describeAny(each, depth + 1, path);
    if (kind === '[object Error]' || kind === '[object DOMException]') return describeError(value);
    if (depth > MAX_DEPTH) return kind;
    if (kind === '[object Date]') return `Date ${value.getTime()}`;
    if (kind === '[object RegExp]') return `RegExp ${String(value)}`;
    if (kind === '[object Map]') {
      return `Map{${[...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join(', ')}}`;
    }
    if (kind === '[object Set]') return `Set{${[...value].map(inner).join(', ')}}`;
    if (ArrayBuffer.isView(value)) return `${kind} ${Array.from(value).join(' ')}`;
    if (kind === '[object ArrayBuffer]') {
      return `${kind} ${Array.from(new Uint8Array(value)).join(' ')}`;
    }
    if (kind === '[object Window]') return kind;
    const entries = Reflect.ownKeys(value)
      .filter((name) => !(Array.isArray(value) && name === 'length'))
      .map((name) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(value, name);
        const flags = `${descriptor.enumerable ? '' : '-e'}${descriptor.configurable ? '' : '-c'}`;
        const text =
          'value' in descriptor
            ? `${descriptor.writable ? '' : '-w '}${inner(descriptor.value)}`
            : `${descriptor.get ? 'get' : ''}${descriptor.set ? 'set' : ''}`;
        return `${String(name)}${flags}: ${text}`;
      });
    const prototype = Object.getPrototypeOf(value);
    const plain = prototype === Object.prototype || prototype === Array.prototype;
    const shape = Array.isArray(value)
      ? `[${value.length}: ${entries.join(', ')}]`
      : `{${entries.join(', ')}}`;
    return plain ? shape : `${kind}${prototype === null ? ' without prototype' : ''} ${shape}`;
  }

  function describeAny(value, depth, seen) {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(
          value.length > 300 ? `${value.slice(0, 300)}… ${value.length}` : value,
        );
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'function':
        return describeFunction(value);
      case 'object':
        try {
          return value === null ? 'null' : describeObject(value, depth, seen);
        } catch (error) {
          return `undescribable ${String(error)}`;
        }
      default:
        return String(value);
    }
  }

  globalThis.CONFORMANCE.describe = (value) => describeAny(value, 0, []);
})();
