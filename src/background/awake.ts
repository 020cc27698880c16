/**
 * Keeps this event page awake while it is needed. Firefox stops an idle event page after 30 s, and neither open
 * ports nor their messages count as activity; a call that the parent process answers does.
 */

/** Well below Firefox's `extensions.background.idle.timeout` of 30 s. */
const PERIOD_MS = 20_000;

/**
 * @param nudge makes a call that the parent process answers
 * @returns a function that says whether the page is needed now
 */
export function keepAwake(nudge: () => void): (needed: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  return (needed) => {
    if (needed === (timer !== undefined)) return;
    if (needed) {
      nudge();
      timer = setInterval(nudge, PERIOD_MS);
    } else {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
