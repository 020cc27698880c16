/** Queries asked of the columns find what the same queries find when they are asked of each row. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IsFound } from '../../../../src/model/findings/index.js';
import { Model, rowKey, type Texts } from '../../../../src/model/index.js';
import type { Node } from '../../../../src/model/query/ast.js';
import { compileColumns, type ColumnFilter } from '../../../../src/model/query/columns.js';
import { compileQuery } from '../../../../src/model/query/evaluate.js';
import { parseQuery } from '../../../../src/model/query/parser.js';
import { draw, segmentOf } from '../fixture.js';
import { foldMixed, mixes } from '../mixing.js';
import { simulate, steps } from '../simulator.js';
import { requestSteps, simulateRequests } from '../request-simulator.js';
import { anyQueries } from './arbitrary.js';

const NOW = 2_000;

/** @returns of all rows, which ones pass, looked at in blocks of `size` */
function passing(filter: ColumnFilter, { length }: Model['rows'], size = 7): boolean[] {
  const found: boolean[] = [];
  while (found.length < length) {
    const stands = new Uint8Array(Math.min(size, length - found.length)).fill(1);
    expect(filter.narrow(found.length, stands)).toBe(stands.length);
    found.push(...Array.from(stands, (stand) => stand === 1));
  }
  return found;
}

/** Some rows or other have a finding about them, and some others one of the rule. */
const isFound: IsFound = (row, rule) => (rowKey(row).length + (rule?.length ?? 0)) % 2 === 0;

function agree(model: Model, node: Node): void {
  const columns = compileColumns(node, model, NOW, isFound);
  const byRow = compileQuery(node, model, NOW, isFound);
  expect(passing(columns, model.rows)).toEqual([...model.rows].map((row) => byRow(row)));
}

it('over every recording of ports', () => {
  fc.assert(
    fc.property(
      steps(),
      mixes(),
      fc.array(anyQueries(), { maxLength: 20 }),
      (scenario, mix, nodes) => {
        const model = foldMixed(simulate(scenario, { lossy: 'everything', unique: false }), mix);
        for (const node of nodes) agree(model, node);
      },
    ),
    { numRuns: 100 },
  );
});

it('over every recording of one-off messages', () => {
  fc.assert(
    fc.property(requestSteps(), mixes(), anyQueries(), (scenario, mix, node) => {
      agree(foldMixed(simulateRequests(scenario, { lossy: true, unique: false }), mix), node);
    }),
    { numRuns: 200 },
  );
});

const DRAWN = draw(`
  context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
  context us user-script world=greasy tab=2 frame=4 contextId=8 url=https://else.example/
  context bg background
  context page page url=moz-extension://x/popup.html
  100 cs opens 1 "basket"
  101 bg accepts 1 "basket" from cs
  101 page accepts 1 "basket" from cs
  102 cs posts 1 {"type":"add","item":{"name":"Größe (L)","count":3,"tags":["a","b"]},"on":true,"none":null}
  115 bg gets 1 {"type":"add","item":{"name":"Größe (L)","count":3,"tags":["a","b"]},"on":true,"none":null}
  116 page gets 1 {"type":"add","item":{"name":"Größe (L)","count":3,"tags":["a","b"]},"on":true,"none":null}
  120 bg posts 1 {"type":"total","sum":13}
  121 cs gets 1 listeners=0 {"type":"total","sum":13}
  125 bg posts 1 {"type":"addAll"}
  330 cs gets 1 {"type":"addAll"}
  335 cs refused 1 "DataCloneError" "f"
  340 bg posts 1 rich [{"when":1,"\\\\u006f\\\\u006e":3,"big":2},["Date","1970-01-01T00:00:00.000Z"],["BigInt","5"],false]
  350 us opens 1 "nobody-home"
  351 us closed 1 "Receiving end does not exist."
  360 us opens 2 "porthole"
  361 bg accepts 2 "porthole" from us
  362 bg closes 2
  370 bg opens 3 "native" via runtime.connectNative app=org.example.app
  371 bg posts 3 {"type":"add"}
  380 bg gets 3 {"type":"told"}
`);

it('over messages of every sort', () => {
  const model = new Model();
  model.addContexts(DRAWN.contexts);
  model.addSegment(segmentOf(1, DRAWN.facts));
  fc.assert(
    fc.property(anyQueries(), (node) => agree(model, node)),
    { numRuns: 1_000 },
  );
});

it.each([
  'is:open',
  'is:leaked',
  'is:finding',
  'from:background',
  'to:page',
  'to:"not instrumented"',
  'name:basket',
  'ctx:popup',
  'tab:1',
  'is:undelivered',
  '/^\\{"type":"add/',
  '"größe (l)"',
  'payload.item.count:3',
  'payload:add OR payload.sum:>10',
])('%s, while the recording grows', (text) => {
  const { node } = parseQuery(text);
  if (node === null) throw new Error('no query');
  const model = new Model();
  model.addContexts(DRAWN.contexts);
  const columns = compileColumns(node, model, NOW);
  const byRow = compileQuery(node, model, NOW);
  for (const [id, fact] of DRAWN.facts.entries()) {
    model.addSegment(segmentOf(id + 1, [fact]));
    model.settle();
    columns.refresh();
    expect(passing(columns, model.rows)).toEqual([...model.rows].map((row) => byRow(row)));
  }
});

/** Payload texts of which only some are at hand; whoever asks for another one is noted. */
class Some implements Texts {
  readonly #texts = new Map<number, string>();
  readonly missing: number[] = [];
  known = new Set<number>();

  put(segment: number, payload: string): void {
    this.#texts.set(segment, payload);
  }

  get(segment: number): string | undefined {
    if (this.known.has(segment)) return this.#texts.get(segment);
    this.missing.push(segment);
    return undefined;
  }

  clear(): void {
    this.#texts.clear();
  }
}

it('stops before a row whose text it lacks, and tells of the rows before it as if it had all', () => {
  const texts = new Some();
  const model = new Model(texts);
  model.addContexts(DRAWN.contexts);
  for (const [id, fact] of DRAWN.facts.entries()) model.addSegment(segmentOf(id + 1, [fact]));
  const ids = DRAWN.facts.map((_, id) => id + 1);
  const rows = [...model.rows];
  fc.assert(
    fc.property(anyQueries(), fc.subarray(ids), (node, known) => {
      texts.known = new Set(ids);
      const byRow = compileQuery(node, model, NOW);
      const expected = rows.map((row) => byRow(row));
      texts.known = new Set(known);
      const filter = compileColumns(node, model, NOW, undefined, () => texts.missing.length);
      let from = 0;
      const found: boolean[] = [];
      for (let looks = 0; from < rows.length; looks += 1) {
        expect(looks).toBeLessThan(3 * rows.length);
        const missed = texts.missing.length;
        const stands = new Uint8Array(rows.length - from).fill(1);
        const told = filter.narrow(from, stands);
        if (told < stands.length) expect(texts.missing.length).toBeGreaterThan(missed);
        found.push(...Array.from(stands.subarray(0, told), (stand) => stand === 1));
        from += told;
        const last = texts.missing.at(-1);
        // Only what is needed next: whatever was at hand for rows before may have gone again.
        if (last !== undefined) texts.known = new Set([...known, last]);
      }
      expect(found).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
