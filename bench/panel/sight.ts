/** What of the panel's table is in view, and whether it is what should be there. Runs in the panel's page. */
import { isScaled, maxOffset, maxScroll, offsetOf } from '../../devtools/arithmetic/windowing.js';

export interface Table {
  readonly element: HTMLElement;
  readonly rows: readonly HTMLElement[];
  /** The edges between which rows are in view, px. */
  readonly top: number;
  readonly bottom: number;
}

export function table(): Table | null {
  const element = document.querySelector<HTMLElement>('[role=grid]');
  if (element === null) return null;
  const rows = [...element.querySelectorAll<HTMLElement>('[role=row]:not(.header)')];
  const header = element.querySelector('.header')?.getBoundingClientRect().height ?? 0;
  const { top } = element.getBoundingClientRect();
  return { element, rows, top: top + header, bottom: top + element.clientHeight };
}

/** @returns whether rows with content cover all that should be covered; a row that shows its number alone has none */
export function isCovered(here: Table): boolean {
  const count = countOf(here);
  let covered = 0;
  let height = 0;
  for (const row of here.rows) {
    const rect = row.getBoundingClientRect();
    height = rect.height;
    if (row.childElementCount === 0 || row.classList.contains('pending')) continue;
    covered += Math.max(0, Math.min(rect.bottom, here.bottom) - Math.max(rect.top, here.top));
  }
  return (
    covered >= Math.min(here.bottom - here.top, count * height) - 1 && (count === 0 || height > 0)
  );
}

/** @returns whether the rows in view are all there, and those of where the scrollbar stands */
export function isExact(here: Table): boolean {
  const stand = standOf(here);
  return isCovered(here) && (stand === null || isNear(stand, stand.place, 1));
}

/** Tells, frame by frame, by how many frames the rows in view are behind the scrollbar. */
export class Lag {
  /** Where the scrollbar has been, and in which frame. */
  readonly #places: { readonly place: number; readonly frame: number }[] = [];
  #frame = 0;

  /** @param here where the scrollbar is from then on watched */
  constructor(here: Table | null) {
    here?.element.addEventListener('scroll', () => this.#note(standOf(table())?.place));
    this.#note(here === null ? undefined : standOf(here)?.place);
  }

  /** @returns after a frame: by how many the rows in view are behind; 0: they are those of where the scrollbar stands */
  frame(here: Table): number {
    this.#frame += 1;
    const stand = standOf(here);
    if (stand === null) return 0;
    this.#note(stand.place);
    if (isNear(stand, stand.place, 1)) return 0;
    // At the list's ends rows that are late stand a little to the side.
    const last = this.#places.findLast(({ place }) => isNear(stand, place, 3));
    return Math.max(1, this.#frame - (last?.frame ?? 0));
  }

  #note(place: number | undefined): void {
    if (place !== undefined) this.#places.push({ place, frame: this.#frame });
  }
}

/** In px of rows. */
interface Stand {
  /** Where the scrollbar is. */
  readonly place: number;
  /** Where it would be for the rows that are drawn. */
  readonly drawn: number;
  readonly rowHeight: number;
  /** Of the scrollbar. Firefox keeps whole pixels of the track, each of which may be several of rows. */
  readonly step: number;
}

/** @returns null when no row is drawn */
function standOf(here: Table | null): Stand | null {
  const [row] = here?.rows ?? [];
  if (here === null || row === undefined) return null;
  const { top, height: rowHeight } = row.getBoundingClientRect();
  const geometry = { count: countOf(here), rowHeight, viewport: here.bottom - here.top };
  const index = Number(row.getAttribute('aria-rowindex')) - 2;
  return {
    place: offsetOf(here.element.scrollTop, geometry),
    drawn: index * rowHeight + here.top - top,
    rowHeight,
    step: isScaled(geometry) ? maxOffset(geometry) / maxScroll(geometry) : 1,
  };
}

function isNear({ drawn, rowHeight, step }: Stand, place: number, rows: number): boolean {
  return Math.abs(place - drawn) <= rows * rowHeight + 2 * step;
}

function countOf({ element }: Table): number {
  return Number(element.getAttribute('aria-rowcount')) - 1;
}
