/** Where labels have room in a drawing: what would lie over another one is left out. Pure; CSS pixels. */

/** A label in one line. */
export interface LabelBox {
  readonly left: number;
  readonly right: number;
  /** Of its middle. */
  readonly y: number;
}

/** Height of a line. */
export const LINE = 13;

/** Between two labels in one line. */
const GAP = 4;

export class LabelRoom {
  /** What has been placed, by bands as high as a line: a label touches its own and those beside it. */
  readonly #bands = new Map<number, LabelBox[]>();

  /** @returns whether there is room; if so, it is taken */
  take(box: LabelBox): boolean {
    const band = Math.floor(box.y / LINE);
    for (const near of [band - 1, band, band + 1]) {
      if (this.#bands.get(near)?.some((other) => areOver(box, other)) === true) return false;
    }
    this.force(box);
    return true;
  }

  /** Takes the room, whatever is there: for what is drawn last, on top. */
  force(box: LabelBox): void {
    const band = Math.floor(box.y / LINE);
    const others = this.#bands.get(band);
    if (others === undefined) this.#bands.set(band, [box]);
    else others.push(box);
  }
}

function areOver(a: LabelBox, b: LabelBox): boolean {
  return Math.abs(a.y - b.y) < LINE && a.left < b.right + GAP && b.left < a.right + GAP;
}

/** @returns the box moved sideways so that it is within, as far as it fits */
export function within(box: LabelBox, from: number, to: number): LabelBox {
  const by = Math.max(from - box.left, Math.min(0, to - box.right));
  return { ...box, left: box.left + by, right: box.right + by };
}
