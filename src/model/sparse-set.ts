/** A set of which there are very many, nearly all of them empty: an empty one holds nothing. */
export class SparseSet<T> {
  #members: Set<T> | null = null;

  get size(): number {
    return this.#members?.size ?? 0;
  }

  has(member: T): boolean {
    return this.#members?.has(member) ?? false;
  }

  add(member: T): void {
    this.#members ??= new Set();
    this.#members.add(member);
  }

  /** @returns whether it was in the set */
  delete(member: T): boolean {
    const was = this.#members?.delete(member) ?? false;
    if (this.#members?.size === 0) this.#members = null;
    return was;
  }

  clear(): void {
    this.#members = null;
  }

  *[Symbol.iterator](): Generator<T> {
    if (this.#members !== null) yield* this.#members;
  }
}
