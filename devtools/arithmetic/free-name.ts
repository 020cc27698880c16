/** A name that nothing else in a list has. */

/** @returns the name, with the first number behind it that makes it another one than those taken, if it is one of them */
export function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number += 1) free = `${name} (${number})`;
  return free;
}
