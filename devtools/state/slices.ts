/** Long work on the page's thread, which is the inspected extension's as well: a little at a time. */

/** Milliseconds of work between which others have their turn. */
const SLICE_MS = 8;

/** Steps between looks at the clock. */
const STEPS = 200;

/**
 * Runs a generator to its end.
 *
 * @param done takes what it returns
 * @returns stops it
 */
export function inSlices<T>(work: Generator<undefined, T>, done: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = (): void => {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until) {
      for (let step = 0; step < STEPS; step += 1) {
        const next = work.next();
        if (next.done === true) return done(next.value);
      }
    }
    timer = setTimeout(slice, 0);
  };
  timer = setTimeout(slice, 0);
  return () => clearTimeout(timer);
}
