/**
 * Event pages are suspended as early as without us. The host `idle` has a background without the harness, which
 * echoes what ports bring and answers messages; Firefox gives it 1.5 s of idle time.
 */

const IDLE = { routes: ['idle/content/browser'] };

/** Connects, which starts the background, and hears an echo. */
async function wake(t) {
  await t.ask('stop background');
  const port = t.watch(t.connect({ name: t.name }));
  const echo = t.next(port.onMessage);
  port.postMessage('wake up');
  await echo;
  return port;
}

conformance('an event page with an open port is suspended in time', {
  ...IDLE,
  async alone(t) {
    const port = await wake(t);
    const gone = t.disconnected(port);
    const { stopped, inTime } = await t.ask('background stops');
    t.log('stopped', stopped, 'in time', inTime);
    await gone;
    t.log('port.error', port.error);
    t.attempt('postMessage', () => port.postMessage('late'));
  },
});

conformance('an event page that is only listened to by a waiting page is suspended in time', {
  ...IDLE,
  async alone(t) {
    await t.ask('stop background');
    await t.settle('reply', t.request('question'));
    const { stopped, inTime } = await t.ask('background stops');
    t.log('stopped', stopped, 'in time', inTime);
    await t.settle('woken again', t.request('question'));
  },
});

conformance('a suspended event page is woken by connect(), and its answers arrive', {
  ...IDLE,
  async alone(t) {
    for (let n = 0; n < 3; n += 1) {
      const port = await wake(t);
      port.disconnect();
    }
    t.log('state', await t.ask('background state'));
  },
});
