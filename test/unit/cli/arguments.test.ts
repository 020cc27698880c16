import { describe, expect, it } from 'vitest';
import { collectUrl, parseKeys, parseSeconds } from '../../../src/cli/arguments.js';

describe('parseSeconds', () => {
  it.each([
    ['10', 10],
    ['0.5', 0.5],
    ['.25', 0.25],
    ['86400', 86_400],
  ])('reads %s', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it.each(['', '0', '-1', 'ten', '1e9', 'Infinity', 'NaN', '5s', ' 5', '86401', '0x10'])(
    'refuses %j',
    (text) => {
      expect(() => parseSeconds(text)).toThrow(/number of seconds/);
    },
  );
});

describe('collectUrl', () => {
  it('gathers addresses in order', () => {
    expect(collectUrl('about:blank', collectUrl('http://localhost:8080'))).toEqual([
      'http://localhost:8080/',
      'about:blank',
    ]);
  });

  it.each(['example.org', '', '/page.html', 'http://'])('refuses %j', (text) => {
    expect(() => collectUrl(text)).toThrow(/whole address/);
  });
});

describe('parseKeys', () => {
  it('splits at commas', () => {
    expect(parseKeys('pin, code')).toEqual(['pin', 'code']);
  });

  it.each(['', 'a,', ','])('refuses %j', (text) => {
    expect(() => parseKeys(text)).toThrow(/separated by commas/);
  });
});
