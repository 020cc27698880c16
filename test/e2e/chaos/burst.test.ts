/** More in one tick than a batch, a segment or a timer holds. */
import { expect, it } from 'vitest';
import { expectNothingLost, times } from '../support/chaos.js';
import { pollUntil } from '../support/poll.js';
import { startSession } from '../support/session.js';

it('keeps 50,000 messages posted in one tick', async () => {
  const session = await startSession({ extensions: ['burst'] });
  try {
    const bursts = times(1);
    for (let burst = 0; burst < bursts; burst += 1) {
      const page = await session.open('/burst');
      const received = await pollUntil(
        'all to arrive',
        () => page.evaluate(() => document.body.dataset['received']),
        (seen) => seen !== undefined,
      );
      expect(received).toBe('50000');
    }
    await expectNothingLost(session, bursts, 'bursts of 50,000 messages in one tick');
    const { model } = await session.recorded();
    const messages = bursts * 50_001;
    expect(model.totals).toMatchObject({ messages, deliveries: messages, gaps: 0 });
  } finally {
    await session.close();
  }
}, 120_000);
