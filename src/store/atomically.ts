/** How the store writes: one transaction that commits whole or not at all. */

/** See `writer.ts` for what this promises. */
export const RELAXED = { durability: 'relaxed' } as const;

/**
 * Resolves when the transaction has committed. A request that cannot even be made (a value that cannot be
 * cloned) throws without ending the transaction, which would then commit the others: it is aborted instead.
 */
export async function atomically<T>(
  transaction: { readonly done: Promise<void>; abort(): void },
  work: () => Promise<T>,
): Promise<T> {
  // Its failure is the one worth telling; a request's own says less about why.
  const committed = transaction.done.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    const failure = await committed;
    throw failure !== null && !isAbort(failure.error) ? failure.error : error;
  }
  const failure = await committed;
  if (failure !== null) throw failure.error;
  return result;
}

/** When a later request cannot be made nobody gets to wait for this one: its failure is not unhandled. */
export function seen<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined);
  return request;
}

/** An abort of our own making says nothing about its cause. */
function isAbort(error: unknown): boolean {
  return error === null || (error instanceof DOMException && error.name === 'AbortError');
}
