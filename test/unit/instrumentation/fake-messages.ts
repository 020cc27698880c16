/** One-off messages as Firefox handles them: `MessageEvent` and `wrapPromise` of its sources, retold. */

type Listener = (...args: never[]) => unknown;

export interface LastError {
  value: unknown;
  checked: boolean;
}

/** @returns what the context answers; null when it received the message and has nothing to say */
export function emitMessage(
  listeners: readonly Listener[],
  message: unknown,
  sender: object,
): Promise<unknown> | null {
  const responses = listeners
    .map((listener) => responseOf(listener, message, sender))
    .filter((response) => response !== undefined);
  return responses.length === 0 ? null : Promise.race(responses);
}

function responseOf(
  listener: Listener,
  message: unknown,
  sender: object,
): Promise<unknown> | undefined {
  let response: Promise<unknown> | undefined;
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  // No name, as the real one.
  const [sendResponse] = [
    (value: unknown) => {
      resolve(value);
      response = promise;
    },
  ];
  let result: unknown;
  try {
    result = (listener as (...args: unknown[]) => unknown)(message, sender, sendResponse);
  } catch (error) {
    return Promise.reject(error as Error);
  }
  if (result instanceof Promise) return result;
  return result === true ? promise : response;
}

/**
 * @param replies of the contexts that received the message
 * @returns the first answer; rejects when nobody received the message
 */
export async function raceReplies(replies: readonly (Promise<unknown> | null)[]): Promise<unknown> {
  if (replies.length === 0) {
    throw new Error('Could not establish connection. Receiving end does not exist.');
  }
  const answers = replies.filter((reply) => reply !== null);
  if (answers.length === 0) return undefined;
  try {
    return structuredClone(await Promise.race(answers));
  } catch (error) {
    const { message } = (error ?? {}) as { message?: string };
    // The sender gets the message alone.
    const text = message ?? 'An unexpected error occurred';
    return Promise.reject(new Error(text));
  }
}

/** @returns the promise, or undefined with a callback, for whom `lastError` is set while it runs */
export function wrapPromise(
  promise: Promise<unknown>,
  callback: Listener | null,
  lastError: LastError,
  log: { readonly errors: unknown[]; readonly unchecked: string[] },
): Promise<unknown> | undefined {
  if (callback === null) return promise;
  const call = (...args: unknown[]): void => {
    try {
      (callback as (...all: unknown[]) => unknown)(...args);
    } catch (error) {
      log.errors.push(error);
    }
  };
  promise.then(call, (error: unknown) => {
    lastError.value = error;
    lastError.checked = false;
    call();
    if (!lastError.checked) log.unchecked.push((error as Error).message);
    lastError.value = null;
  });
  return undefined;
}
