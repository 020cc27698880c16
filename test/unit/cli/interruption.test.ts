import { afterEach, describe, expect, it, vi } from 'vitest';
import { Interruption } from '../../../src/cli/interruption.js';

let interruption: Interruption | undefined;
afterEach(() => {
  interruption?.release();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('Interruption', () => {
  it('turns the first signal into an abort and its exit code', () => {
    interruption = new Interruption();
    expect(interruption.exitCode()).toBeNull();
    process.emit('SIGTERM');
    expect(interruption.signal.aborted).toBe(true);
    expect(interruption.exitCode()).toBe(143);
  });

  it('takes a signal that comes twice at once for one, and a later one for impatience', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    interruption = new Interruption();
    process.emit('SIGINT');
    now.mockReturnValue(1040);
    process.emit('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    now.mockReturnValue(2000);
    process.emit('SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });

  it('listens no more once released', () => {
    const before = process.listenerCount('SIGINT');
    interruption = new Interruption();
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    interruption.release();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
