import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  BackgroundLink,
  RETRY_MS,
  type LinkState,
} from '../../../devtools/state/background-link.js';
import type { FromPanel } from '../../../src/protocol/index.js';

const STATE = {
  type: 'state',
  recording: 1,
  startedAt: 0,
  on: true,
  callSites: true,
  reporting: 0,
} as const;
const CLEAR = { type: 'clear' } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const states: LinkState['kind'][] = [];
  const lost: FromPanel[] = [];
  const ports: ReturnType<typeof fakePort>[] = [];
  let refusing = false;
  const link = new BackgroundLink({
    connect: () => {
      if (refusing) throw new Error('Extension context invalidated.');
      const port = fakePort();
      ports.push(port);
      return port;
    },
    onState: (state) => states.push(state.kind),
    onMessage: () => undefined,
    onLost: (commands) => lost.push(...commands),
  });
  return {
    link,
    states,
    lost,
    ports,
    refuse: (on: boolean) => {
      refusing = on;
    },
  };
}

function fakePort() {
  let hear: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  return {
    sent: [] as FromPanel[],
    postMessage(message: FromPanel) {
      this.sent.push(message);
    },
    disconnect: () => undefined,
    onMessage: {
      addListener: (listener: (message: unknown) => void) => {
        hear = listener;
      },
    },
    onDisconnect: {
      addListener: (listener: () => void) => {
        close = listener;
      },
    },
    say: (message: unknown) => hear(message),
    end: () => close(),
  };
}

test('a background that goes to sleep is left asleep until there is a command', () => {
  const { link, states, ports } = setUp();
  link.connect();
  ports[0]?.say(STATE);
  ports[0]?.end();
  vi.advanceTimersByTime(600_000);
  expect(ports).toHaveLength(1);
  expect(states).toEqual(['connecting', 'live', 'asleep']);

  link.send(CLEAR);
  expect(ports[1]?.sent).toEqual([]);
  ports[1]?.say(STATE);
  expect(ports[1]?.sent).toEqual([CLEAR]);
  expect(states.at(-1)).toBe('live');
});

test('a background that never answers is tried less and less often, and then said to be unreachable', () => {
  const { link, states, ports, lost } = setUp();
  link.send(CLEAR);
  for (const wait of RETRY_MS) {
    ports.at(-1)?.end();
    vi.advanceTimersByTime(wait - 1);
    const before = ports.length;
    vi.advanceTimersByTime(1);
    expect(ports).toHaveLength(before + 1);
  }
  expect(states.filter((kind) => kind === 'unreachable')).toHaveLength(RETRY_MS.length - 2);
  expect(lost).toEqual([CLEAR]);
  ports.at(-1)?.say(STATE);
  expect(states.at(-1)).toBe('live');
  expect(ports.at(-1)?.sent).toEqual([]);
});

test('a silent port counts as no answer', () => {
  const { link, ports } = setUp();
  link.connect();
  vi.advanceTimersByTime(5000);
  expect(ports.length).toBeGreaterThan(1);
});

test('a connect that throws is retried too', () => {
  const { link, states, ports, refuse } = setUp();
  refuse(true);
  link.connect();
  vi.advanceTimersByTime(2000);
  expect(states).toContain('unreachable');
  refuse(false);
  vi.advanceTimersByTime(2000);
  ports[0]?.say(STATE);
  expect(states.at(-1)).toBe('live');
});

test('an old port’s last words change nothing', () => {
  const { link, states, ports } = setUp();
  link.connect();
  ports[0]?.say(STATE);
  ports[0]?.end();
  link.connect();
  ports[1]?.say(STATE);
  ports[0]?.end();
  ports[0]?.say(STATE);
  expect(states.at(-1)).toBe('live');
  expect(ports).toHaveLength(2);
});
