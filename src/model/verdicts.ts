/** Answers about things that have small numbers, each asked for once. */

const UNKNOWN = 0;
const NO = 1;
const YES = 2;

export class Verdicts {
  readonly #ask: (number: number) => boolean;
  #known = new Uint8Array(64);

  constructor(ask: (number: number) => boolean) {
    this.#ask = ask;
  }

  of(number: number): boolean {
    const known = this.#known[number] ?? UNKNOWN;
    return known === UNKNOWN ? this.#learn(number) : known === YES;
  }

  forget(): void {
    this.#known.fill(UNKNOWN);
  }

  /** Asks again whatever was asked. @returns whether all answers are as before */
  recheck(): boolean {
    let kept = true;
    for (let number = 0; number < this.#known.length; number += 1) {
      const before = this.#known[number];
      if (before !== UNKNOWN && this.#learn(number) !== (before === YES)) kept = false;
    }
    return kept;
  }

  #learn(number: number): boolean {
    const verdict = this.#ask(number);
    if (number >= this.#known.length) {
      const larger = new Uint8Array(Math.max(number + 1, this.#known.length * 2));
      larger.set(this.#known);
      this.#known = larger;
    }
    this.#known[number] = verdict ? YES : NO;
    return verdict;
  }
}
