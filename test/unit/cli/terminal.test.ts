import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLine } from '../../../src/cli/terminal.js';

describe('safeLine', () => {
  it('shows what would command the terminal', () => {
    expect(safeLine('\u001b[2Jgone\r\nnext\u009b1m')).toBe(
      '\\u001b[2Jgone\\u000d\\u000anext\\u009b1m',
    );
  });

  it('shows what would turn the line around', () => {
    expect(safeLine('user\u202egnp.exe')).toBe('user\\u202egnp.exe');
  });

  it('leaves ordinary text of any language as it is', () => {
    for (const text of ['“Grüße” → 世界 👋', 'مرحبا', 'tabs\\t are two characters']) {
      expect(safeLine(text)).toBe(text);
    }
  });

  it('gives one line without controls, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = safeLine(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(safeLine(line)).toBe(line);
      }),
    );
  });
});
