import { describe, expect, it } from 'vitest';
import { missingGreetings } from '../../../src/cli/examples.js';
import { draw, fold } from '../model/fixture.js';

const STAGE = `
  context cs content-script tab=1 frame=0 contextId=7 url=http://127.0.0.1/
  context us user-script tab=1 frame=0 contextId=7 url=http://127.0.0.1/
  context bg background
  1 cs opens 1 "port-from-cs"
  2 bg accepts 1 "port-from-cs" from cs
  3 us opens 1 "port-from-us"
  4 bg accepts 2 "port-from-us" from us via onUserScriptConnect
`;

describe('missingGreetings', () => {
  it('misses all of them when there is nothing', () => {
    expect(missingGreetings(fold(draw('context bg background')))).toEqual([
      'port-from-cs to the background',
      'the background to port-from-cs',
      'port-from-us to the background',
      'the background to port-from-us',
    ]);
  });

  it('counts what was delivered, not what was only posted', () => {
    const drawn = draw(`${STAGE}
      5 cs posts 1 {"greeting":"hello"}
      6 bg gets 1 {"greeting":"hello"}
      7 bg posts 1 {"greeting":"hi"}
      8 us posts 1 {"greeting":"hello"}
      9 bg gets 2 {"greeting":"hello"}
      10 bg posts 2 {"greeting":"hi"}
      11 us gets 1 {"greeting":"hi"}`);
    expect(missingGreetings(fold(drawn))).toEqual(['the background to port-from-cs']);
  });
});
