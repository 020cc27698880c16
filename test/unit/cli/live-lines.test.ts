import { describe, expect, it } from 'vitest';
import { LiveLines } from '../../../src/cli/live-lines.js';
import { Model } from '../../../src/model/index.js';
import { draw, fold, segmentOf } from '../model/fixture.js';

const STAGE = `
  context cs content-script tab=1 frame=0 contextId=7 url=https://a.example/
  context bg background
  1000 cs opens 1 "port"
  1001 bg accepts 1 "port" from cs
`;

function printer(): { lines: LiveLines; taken: () => string[] } {
  const printed: string[] = [];
  const lines = new LiveLines({ out: (line) => printed.push(line), note: () => undefined });
  return {
    lines,
    taken: () => printed.splice(0).map((line) => line.replace(/^[^{]*(\{.*\}).*$/, '$1')),
  };
}

describe('LiveLines', () => {
  it('prints each message once, when its deliveries have had time to come', () => {
    const drawn = draw(`${STAGE}
      5000 cs posts 1 {"n":1}
      5900 bg posts 1 {"n":2}
      5001 bg gets 1 {"n":1}
      5950 cs gets 1 {"n":2}`);
    const model = new Model();
    model.addContexts(drawn.contexts);
    const { lines, taken } = printer();
    const source = { model, startedAt: 1000 };
    const feed = (id: number, from: number, to: number): void =>
      model.addSegment(segmentOf(id, drawn.facts.slice(from, to)));

    feed(1, 0, 4);
    lines.print(source, 5100);
    expect(taken()).toEqual([]);
    feed(2, 4, 5);
    lines.print(source, 6000);
    expect(taken()).toEqual(['{"n":1}']);
    feed(3, 5, 6);
    lines.print(source, 6000);
    expect(taken()).toEqual([]);
    lines.print(source, 7000);
    expect(taken()).toEqual(['{"n":2}']);
    lines.printRest(source);
    expect(taken()).toEqual([]);
  });

  it('prints a message that is reported after later ones', () => {
    const drawn = draw(`${STAGE}
      5000 bg posts 1 {"n":"late"}
      6000 cs posts 1 {"n":"early"}`);
    const model = new Model();
    model.addContexts(drawn.contexts);
    const { lines, taken } = printer();
    const source = { model, startedAt: 1000 };
    const [opens, accepts, late, early] = drawn.facts;
    model.addSegment(segmentOf(1, [opens!, accepts!, early!]));
    lines.print(source, 7000);
    expect(taken()).toEqual(['{"n":"early"}']);
    model.addSegment(segmentOf(2, [late!]));
    lines.print(source, 7250);
    expect(taken()).toEqual(['{"n":"late"}']);
    lines.print(source, 7500);
    expect(taken()).toEqual([]);
  });

  it('prints a request once, when it is settled or has had its time', () => {
    const drawn = draw(`${STAGE}
      5000 cs asks 1 {"n":1}
      5010 cs asks 2 {"n":2}
      6500 cs replied 1 {"ok":1}`);
    const model = new Model();
    model.addContexts(drawn.contexts);
    const printed: string[] = [];
    const told = new LiveLines({ out: (line) => printed.push(line), note: () => undefined });
    const source = { model, startedAt: 1000 };
    model.addSegment(segmentOf(1, drawn.facts.slice(0, 4)));
    told.print(source, 6400);
    expect(printed).toEqual([]);
    model.addSegment(segmentOf(2, drawn.facts.slice(4)));
    told.print(source, 6600);
    expect(printed.map((line) => line.replace(/^.*sendMessage/, ''))).toEqual([
      '  7 B  {"n":1}  ⇒ {"ok":1} (1500 ms)',
    ]);
    for (let now = 6850; now < 9000; now += 250) told.print(source, now);
    expect(printed.length).toBe(2);
    expect(printed[1]).toContain('{"n":2}  ⇒ (no reply yet)');
  });

  it('starts anew with the model of the next recording', () => {
    const drawn = draw(`${STAGE}
      5000 cs posts 1 {"n":1}`);
    const { lines, taken } = printer();
    for (let recording = 0; recording < 2; recording += 1) {
      lines.printRest({ model: fold(drawn), startedAt: 1000 });
      expect(taken()).toEqual(['{"n":1}']);
    }
  });
});
