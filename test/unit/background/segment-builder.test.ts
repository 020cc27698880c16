import { describe, expect, test } from 'vitest';
import { buildSegment, type BatchContent } from '../../../src/background/segment-builder.js';
import { hasPayload, parseRun, type PortholeEvent } from '../../../src/protocol/index.js';

/** A context's batch of posts, or of deliveries, that carry these texts. */
function batch(
  type: 'posted' | 'delivered',
  texts: readonly string[],
  firstSeq = 1,
): BatchContent & { readonly texts: readonly string[] } {
  let offset = 0;
  const events = texts.map((text, n): PortholeEvent => {
    offset += text.length;
    return [type, 1, 5, firstSeq + n, 1, 'json', text.length, offset - text.length, text.length];
  });
  return { context: type, events, payload: texts.join(''), texts };
}

/** The texts the segment's events point to, by context. */
function textsOf({ segment }: ReturnType<typeof buildSegment>): Record<string, string[]> {
  return Object.fromEntries(
    segment.runs.map((run) => [
      run.context,
      parseRun(run)
        .filter(hasPayload)
        .map((event) => {
          const [offset, length] = event.slice(-2) as [number, number];
          return segment.payload.slice(offset, offset + length);
        }),
    ]),
  );
}

const item = (n: number): string =>
  JSON.stringify({ type: 'item', title: `Entry ${n} of a long list`, seen: n % 2 === 0 });

describe('a segment', () => {
  test('holds what was posted and delivered once, however much its texts are alike', () => {
    const texts = Array.from({ length: 500 }, (_, n) => item(n));
    const built = buildSegment([batch('posted', texts), batch('delivered', texts)]);
    expect(textsOf(built)).toEqual({ posted: texts, delivered: texts });
    expect(built.segment.payload).toBe(texts.join(''));
  });

  test('holds what many ports carry at once once, though they count alike', () => {
    const batches = Array.from({ length: 8 }, (_, port) => {
      const texts = Array.from({ length: 60 }, (_, n) => item(n * 8 + port));
      return { ...batch('posted', texts), context: `page-${port}`, texts };
    });
    const texts = batches.flatMap((each) => each.texts);
    const delivered = batches.map((each) => ({ ...batch('delivered', each.texts) }));
    const built = buildSegment([...delivered, ...batches]);
    expect(textsOf(built)['delivered']).toEqual(texts);
    for (const { context, texts: own } of batches) expect(textsOf(built)[context]).toEqual(own);
    expect(built.segment.payload).toBe(texts.join(''));
  });

  test('holds a text once that is sent to many ports with numbers of their own', () => {
    const text = item(1);
    const others = Array.from({ length: 20 }, (_, n) => item(n + 2));
    const built = buildSegment([
      batch('posted', [text], 1),
      batch('posted', [text, ...others], 50),
      batch('delivered', [text], 1),
      batch('delivered', [text], 50),
    ]);
    expect(textsOf(built)).toEqual({ posted: [text, text, ...others], delivered: [text, text] });
    expect(built.segment.payload).toBe([text, ...others].join(''));
  });

  test('holds a text once that is posted over and over', () => {
    const built = buildSegment([batch('posted', ['"ping"', '"ping"', '"pong"', '"ping"'])]);
    expect(textsOf(built)).toEqual({ posted: ['"ping"', '"ping"', '"pong"', '"ping"'] });
    expect(built.segment.payload).toBe('"ping""pong"');
  });

  test('keeps apart what only has a number and a length in common', () => {
    const built = buildSegment([
      batch('posted', ['"a"', '"b"']),
      batch('delivered', ['"b"', '"c"']),
    ]);
    expect(textsOf(built)).toEqual({ posted: ['"a"', '"b"'], delivered: ['"b"', '"c"'] });
  });
});
