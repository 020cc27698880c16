/** Gives rows in view the colour of the first rule that matches, else of their connection. */

import type { Model } from '../../src/model/index.js';
import type { IsFound } from '../../src/model/findings/index.js';
import { compileFilter, type Filter } from '../../src/model/query/index.js';
import type { Row } from '../../src/model/types.js';
import { connectionColour, type ColourName, type Colouring } from '../arithmetic/colouring.js';
import type { RowColour } from '../row-protocol.js';

interface Compiled extends Filter {
  readonly colour: ColourName;
  readonly label: string;
  readonly named: boolean;
}

interface Surroundings {
  readonly model: () => Model;
  readonly isFound: IsFound;
  /** How often a payload's text was asked for that is not at hand: what was found then says nothing. */
  readonly misses: () => number;
  /** Called when rows may have other colours only because time has gone by. */
  readonly onAged: () => void;
}

/** Rows whose colour is remembered. */
const MOST_KNOWN = 4_096;

/** Milliseconds after which what asks for ages is asked again. */
const AGE_MS = 1_000;

export class RowColours {
  readonly #colouring: Colouring;
  readonly #around: Surroundings;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #model: Model;
  #rules: readonly Compiled[];
  /** By the row's index. */
  readonly #known = new Map<number, RowColour | undefined>();

  constructor(colouring: Colouring, around: Surroundings) {
    this.#colouring = colouring;
    this.#around = around;
    this.#model = around.model();
    this.#rules = this.#compile();
    if (!this.#rules.some(({ ages }) => ages)) return;
    this.#timer = setInterval(() => {
      this.#rules = this.#compile();
      this.changed();
      around.onAged();
    }, AGE_MS);
  }

  /** The model, or what was found in it, is other than before. */
  changed(): void {
    this.#known.clear();
    const model = this.#around.model();
    if (model === this.#model) return;
    this.#model = model;
    this.#rules = this.#compile();
  }

  /** It is not asked any more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param index the row's, in the model's rows */
  colourOf(row: Row, index: number): RowColour | undefined {
    if (this.#known.has(index)) return this.#known.get(index);
    const missed = this.#around.misses();
    const colour = this.#byRule(row) ?? this.#byConnection(index);
    if (this.#around.misses() > missed) return colour;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(index, colour);
    return colour;
  }

  #byRule(row: Row): RowColour | undefined {
    const rule = this.#rules.find(({ passes }) => passes?.(row) === true);
    if (rule === undefined) return undefined;
    const { colour, label, named } = rule;
    return { by: 'rule', colour, label, named };
  }

  #byConnection(index: number): RowColour | undefined {
    if (!this.#colouring.byConnection) return undefined;
    const number = this.#model.rows.connectionAt(index);
    if (number < 0) return undefined;
    const label = `#${number + 1}`;
    return { by: 'connection', colour: connectionColour(number), label, named: false };
  }

  /** Without the rules that cannot be read, and those that would colour everything. */
  #compile(): readonly Compiled[] {
    const now = Date.now();
    const { isFound } = this.#around;
    return this.#colouring.rules
      .filter(({ on }) => on)
      .map(({ name, query, colour }) => ({
        ...compileFilter(query, this.#model, now, isFound),
        colour,
        label: name.trim() || query.trim(),
        named: name.trim() !== '',
      }))
      .filter(
        ({ passes, errors }) =>
          passes !== null && errors.every(({ severity }) => severity === 'warning'),
      );
  }
}
