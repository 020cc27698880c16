/** Texts that many things share, such as message types and stacks: each is held once and goes by its number. */

export class Words {
  readonly #words: (string | null)[] = [null];
  readonly #numbers = new Map<string, number>();

  /** @returns the word's number, the same whenever it is asked for; 0 for null */
  numberOf(word: string | null): number {
    if (word === null) return 0;
    let number = this.#numbers.get(word);
    if (number === undefined) {
      const own = copied(word);
      number = this.#words.push(own) - 1;
      this.#numbers.set(own, number);
    }
    return number;
  }

  /** @returns the word that {@link numberOf} gave that number */
  word(number: number): string | null {
    return this.#words[number] ?? null;
  }
}

/** A part of a text keeps the whole of it in memory; a copy does not. */
function copied(word: string): string {
  return JSON.parse(JSON.stringify(word)) as string;
}
