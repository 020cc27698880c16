/** Whether rows say the same: what is drawn already is not sent or drawn again. */

/** @returns whether two plain objects have the same values, down to the values of objects in them */
export function isSame<T extends object>(a: T, b: T): boolean {
  for (const name of Object.keys(a) as (keyof T)[]) {
    const [left, right] = [a[name], b[name]];
    if (left === right) continue;
    if (typeof left !== 'object' || typeof right !== 'object') return false;
    if (left === null || right === null || !isSame(left, right)) return false;
  }
  return true;
}
