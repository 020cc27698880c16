/**
 * Work that takes turns with the panel's messages. Not by timers: browsers hold back those that follow each other by
 * 4 ms, which is a sixth of a slice.
 */

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.addEventListener('message', () => waiting.shift()?.());
port1.start();

/** Lets queued messages in before the work goes on. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
