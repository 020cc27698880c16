import { describe, expect, it } from 'vitest';
import { reason } from '../../../src/cli/firefox/pages.js';

/** As puppeteer reports what Firefox says. */
const said = (code: string): Error =>
  new Error(
    `Protocol error (browsingContext.navigate): unknown error Error: ${code} #onNavigationCommitted@chrome://remote/content/shared/Navigate.sys.mjs:387:28\nemit@resource://gre/modules/EventEmitter.sys.mjs:156:19\n at http://127.0.0.1:1999/`,
  );

describe('reason', () => {
  it.each([
    ['NS_ERROR_CONNECTION_REFUSED', 'the connection was refused'],
    ['NS_ERROR_UNKNOWN_HOST', 'there is no such host'],
    ['deniedPortAccess', 'Firefox refuses this port for web pages'],
  ])('has words for %s', (code, words) => {
    expect(reason(said(code))).toBe(words);
  });

  it("gives Firefox's own code where it has no words, without the stack", () => {
    const code =
      'NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY, SSL_ERROR_RX_RECORD_TOO_LONG)';
    expect(reason(said(code))).toBe(code);
    expect(reason(new Error('Session closed.\nstack'))).toBe('Session closed.');
  });
});
