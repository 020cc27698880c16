/** Deliveries are told once, first, and without a listener more than the host has. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watchDeliveries } from '../../../src/instrumentation/deliveries.js';
import type { AnyFunction, NativeEvent } from '../../../src/instrumentation/webext-types.js';

/** Firefox's: calls who was there when the message came, in order, unless it was removed meanwhile. */
function createEvent(): {
  event: NativeEvent;
  natives: Set<unknown>;
  emit(message: unknown): void;
} {
  const natives = new Set<unknown>();
  return {
    natives,
    event: {
      addListener: (listener) => {
        if (typeof listener !== 'function') throw new TypeError('Incorrect argument types');
        natives.add(listener);
      },
      removeListener: (listener) => void natives.delete(listener),
      hasListener: (listener) => natives.has(listener),
    },
    emit(message) {
      for (const listener of [...natives]) {
        if (natives.has(listener)) (listener as AnyFunction)(message);
      }
    },
  };
}

function watch() {
  const native = createEvent();
  const told: { message: unknown; listeners: number }[] = [];
  const log: string[] = [];
  const release = watchDeliveries(native.event, (message, listeners) => {
    told.push({ message, listeners });
    log.push(`told ${String(message)}`);
  });
  return { ...native, told, log, release };
}

describe('deliveries', () => {
  test('are told before any listener of the host hears of them', () => {
    const { event, emit, log } = watch();
    event.addListener((message: unknown) => log.push(`a ${String(message)}`));
    event.addListener((message: unknown) => log.push(`b ${String(message)}`));
    emit(1);
    emit(2);
    expect(log).toEqual(['told 1', 'a 1', 'b 1', 'told 2', 'a 2', 'b 2']);
  });

  test('leave nothing of ours behind on a port that has closed', () => {
    const { event, natives, release } = watch();
    expect(natives.size).toBe(1);
    release();
    expect(natives.size).toBe(0);
    const listener = (): void => undefined;
    event.addListener(listener);
    expect(event.hasListener(listener)).toBe(true);
    release();
    expect(natives.size).toBe(1);
  });

  test('are told when the host has no listener, never had, or has no more', () => {
    const { event, emit, told } = watch();
    const listener = (): void => undefined;
    emit(1);
    event.addListener(listener);
    emit(2);
    event.removeListener(listener);
    emit(3);
    expect(told).toEqual([
      { message: 1, listeners: 0 },
      { message: 2, listeners: 1 },
      { message: 3, listeners: 0 },
    ]);
  });

  test('add no call of a listener to those of the host', () => {
    const { event, natives } = watch();
    const [a, b] = [(): void => undefined, (): void => undefined];
    expect(natives.size).toBe(1);
    event.addListener(a);
    expect(natives.size).toBe(1);
    event.addListener(a);
    event.addListener(b);
    expect(natives.size).toBe(2);
    event.removeListener(a);
    expect(natives.size).toBe(1);
  });

  test('leave the meaning of the three functions alone', () => {
    const { event } = watch();
    const listener = (): void => undefined;
    expect(event.hasListener(listener)).toBe(false);
    event.addListener(listener);
    expect(event.hasListener(listener)).toBe(true);
    event.removeListener(listener);
    expect(event.hasListener(listener)).toBe(false);
    expect(() => event.addListener(7)).toThrow('Incorrect argument types');
    expect(event.hasListener(undefined)).toBe(false);
  });

  test('are told though a listener throws', () => {
    const { event, emit, told } = watch();
    event.addListener(() => {
      throw new Error('host');
    });
    expect(() => emit(1)).toThrow('host');
    expect(told).toHaveLength(1);
  });

  test('are each told once, first, and with the number of listeners, whatever listeners do', () => {
    const action = fc.record({
      does: fc.constantFrom('add', 'remove', 'nothing'),
      whom: fc.nat(3),
    });
    const step = fc.oneof(
      fc.record({ step: fc.constant('emit' as const) }),
      fc.record({ step: fc.constantFrom('add' as const, 'remove' as const), whom: fc.nat(3) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 20 }),
        fc.array(action, { minLength: 4, maxLength: 4 }),
        (steps, actions) => {
          const { event, emit, told, log } = watch();
          const registered = new Set<number>();
          // Once removed while a message is under way a listener stays away until that has passed: Firefox
          // would call one that was added again a second time.
          const gone = new Set<number>();
          const change = (does: string, whom: number): void => {
            if (does === 'add' && !gone.has(whom)) {
              event.addListener(listeners[whom]);
              registered.add(whom);
            } else if (does === 'remove') {
              event.removeListener(listeners[whom]);
              registered.delete(whom);
              gone.add(whom);
            }
          };
          const listeners = actions.map(({ does, whom }, own) => (message: unknown) => {
            log.push(`${own} ${String(message)}`);
            change(does, whom);
          });
          let sent = 0;
          for (const next of steps) {
            if (next.step !== 'emit') change(next.step, next.whom);
            else {
              sent += 1;
              const heardBy = registered.size;
              log.push(`sent ${sent}`);
              gone.clear();
              emit(sent);
              expect(told.at(-1)).toEqual({ message: sent, listeners: heardBy });
              expect(log[log.indexOf(`sent ${sent}`) + 1]).toBe(`told ${sent}`);
            }
            gone.clear();
          }
          expect(told.map(({ message }) => message)).toEqual(
            Array.from({ length: sent }, (_, n) => n + 1),
          );
        },
      ),
    );
  });
});
