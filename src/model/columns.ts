/**
 * Columns of numbers that grow. They grow by chunks: growing copies nothing, however long they are, and leaves at
 * most one chunk unused. Each kind has its own reader, so that engines see one kind of array in each.
 */

/** A number that is no index. */
export const NONE = 0xffff_ffff;

const BITS = 14;
/** Numbers in a chunk; only the first one is shorter, as long as it suffices. */
const SIZE = 1 << BITS;
const MASK = SIZE - 1;
const FIRST_SIZE = 64;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

abstract class Column<A extends Numbers> {
  protected readonly chunks: A[] = [];
  #capacity = 0;

  /** Indexes below this have been made room for. */
  get capacity(): number {
    return this.#capacity;
  }

  protected abstract make(length: number): A;

  /** Makes room for `length` numbers; new ones are 0. */
  grow(length: number): void {
    while (length > this.#capacity) {
      const [first] = this.chunks;
      if (first !== undefined && first.length === SIZE) {
        this.chunks.push(this.make(SIZE));
        this.#capacity += SIZE;
        continue;
      }
      const larger = this.make(first === undefined ? FIRST_SIZE : first.length * 2);
      if (first !== undefined) larger.set(first);
      this.chunks[0] = larger;
      this.#capacity = larger.length;
    }
  }
}

/** What a column has in common with others of its length. Indexes must have been made room for. */
export class Uint8Column extends Column<Uint8Array> {
  protected make(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  get(index: number): number {
    return (this.chunks[index >>> BITS] as Uint8Array)[index & MASK] as number;
  }

  set(index: number, value: number): void {
    (this.chunks[index >>> BITS] as Uint8Array)[index & MASK] = value;
  }
}

/** What a {@link SmallColumn} has in the place of a number that it holds elsewhere. */
const LARGE = 0xffff;

/** As {@link Uint8Column}, for integers of 32 bits of which hardly any is above 65,534: those take several times as much. */
export class SmallColumn extends Column<Uint16Array> {
  /** What was large once may still be here: nobody reads it. */
  readonly #large = new Map<number, number>();

  protected make(length: number): Uint16Array {
    return new Uint16Array(length);
  }

  get(index: number): number {
    const value = (this.chunks[index >>> BITS] as Uint16Array)[index & MASK] as number;
    return value === LARGE ? (this.#large.get(index) as number) : value;
  }

  set(index: number, value: number): void {
    if (value >= LARGE) this.#large.set(index, value);
    (this.chunks[index >>> BITS] as Uint16Array)[index & MASK] = Math.min(value, LARGE);
  }
}

/** As {@link Uint8Column}. */
export class Uint32Column extends Column<Uint32Array> {
  protected make(length: number): Uint32Array {
    return new Uint32Array(length);
  }

  get(index: number): number {
    return (this.chunks[index >>> BITS] as Uint32Array)[index & MASK] as number;
  }

  set(index: number, value: number): void {
    (this.chunks[index >>> BITS] as Uint32Array)[index & MASK] = value;
  }
}

/** As {@link Uint8Column}. */
export class Float64Column extends Column<Float64Array> {
  protected make(length: number): Float64Array {
    return new Float64Array(length);
  }

  get(index: number): number {
    return (this.chunks[index >>> BITS] as Float64Array)[index & MASK] as number;
  }

  set(index: number, value: number): void {
    (this.chunks[index >>> BITS] as Float64Array)[index & MASK] = value;
  }
}

/** Integers of 32 bits that are nearly always the same: stretches in which all are take no room, and none need be made. */
export class UsualColumn {
  readonly #chunks: (Uint32Array | undefined)[] = [];

  /** @param usual what all of them are that were not set */
  constructor(private readonly usual: number) {}

  get(index: number): number {
    const chunk = this.#chunks[index >>> BITS];
    return chunk === undefined ? this.usual : (chunk[index & MASK] as number);
  }

  set(index: number, value: number): void {
    const place = index >>> BITS;
    let chunk = this.#chunks[place];
    if (chunk === undefined) {
      if (value === this.usual) return;
      while (this.#chunks.length <= place) this.#chunks.push(undefined);
      chunk = new Uint32Array(SIZE).fill(this.usual);
      this.#chunks[place] = chunk;
    }
    chunk[index & MASK] = value;
  }
}

/** Numbers that are the same for many indexes in a row: each is held once, with where it begins. */
export class RunColumn {
  readonly #starts: number[] = [];
  readonly #values: number[] = [];
  #newest: number | null = null;
  /** The run that was read last; whoever reads mostly goes on from there. */
  #last = 0;

  /** The number of `index` and of all after it. @param index not below those before */
  push(index: number, value: number): void {
    if (value === this.#newest) return;
    this.#newest = value;
    this.#starts.push(index);
    this.#values.push(value);
  }

  /** @param index not below the first one pushed */
  get(index: number): number {
    const starts = this.#starts;
    const begins = (run: number): boolean => (starts[run] ?? Infinity) <= index;
    if (!begins(this.#last) || begins(this.#last + 1)) {
      this.#last = partition(starts.length, begins) - 1;
    }
    return this.#values[this.#last] as number;
  }
}

const NO_IDS = new Uint32Array(0);

/** A list of indexes, of which there are many and most are short. */
export class IdList {
  #ids = NO_IDS;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @returns the id at this index, {@link NONE} where there is none */
  at(index: number): number {
    return index >= 0 && index < this.#length ? (this.#ids[index] as number) : NONE;
  }

  get last(): number {
    return this.at(this.#length - 1);
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) {
      const larger = new Uint32Array(4 + Math.ceil(this.#length * 1.25));
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids[this.#length] = id;
    this.#length += 1;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.#length; index += 1) yield this.at(index);
  }

  /** Shortens the list to `length`. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}

/** @returns the first index below `length` of which it does not hold, if it holds of all before and of none after */
export function partition(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
