/** Content script that writes down, where the page's test can read it, how its page goes and comes back. */
const log = (...what) => {
  const before = sessionStorage.getItem('log') ?? '';
  sessionStorage.setItem('log', `${before}${what.join(' ')}\n`);
};
const port = browser.runtime.connect({ name: 'kept' });
port.onMessage.addListener((message) => log('message', JSON.stringify(message)));
port.onDisconnect.addListener(() => log('disconnected'));
log('started', performance.getEntriesByType('navigation')[0].type);
for (const type of ['pagehide', 'pageshow']) {
  addEventListener(type, ({ persisted }) => {
    log(type, persisted);
    port.postMessage(type);
  });
}
addEventListener('freeze', () => log('freeze'));
