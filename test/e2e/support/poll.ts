/** Waits for a condition, never for a time. */

/**
 * @param what the condition, for the error
 * @param look returns what is there now
 * @param done whether that is enough
 * @throws Error that shows what was there last, when the deadline has passed
 */
export async function pollUntil<T>(
  what: string,
  look: () => Promise<T> | T,
  done: (seen: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let wait = 10; ; wait = Math.min(100, wait * 2)) {
    const seen = await look();
    if (done(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${String(timeoutMs)} ms. Last seen: ${show(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value, null, 1) ?? String(value);
  return text.length > 4_000 ? `${text.slice(0, 4_000)}…` : text;
}
