/** Filters that are kept between sessions: the last ones used, and those with a name. */

export interface KeptFilter {
  /** Null for one that was merely used. */
  readonly name: string | null;
  readonly text: string;
}

interface Shelf {
  readonly load: (key: string) => string | null;
  readonly save: (key: string, value: string) => void;
}

const KEY = 'filters';
const MOST_RECENT = 8;

/** @returns those with a name by name, then the others, the last used first */
export function keptFilters({ load }: Shelf): readonly KeptFilter[] {
  try {
    const stored: unknown = JSON.parse(load(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isKept) : [];
  } catch {
    return [];
  }
}

/** Remembers that a filter was used, or gives it a name. */
export function keepFilter(shelf: Shelf, name: string | null, text: string): void {
  if (text.trim() === '') return;
  const before = keptFilters(shelf).filter((kept) =>
    name === null ? kept.name !== null || kept.text !== text : kept.name !== name,
  );
  write(shelf, [{ name, text }, ...before]);
}

/** Forgets one. */
export function forgetFilter(shelf: Shelf, { name, text }: KeptFilter): void {
  write(
    shelf,
    keptFilters(shelf).filter((kept) => kept.name !== name || kept.text !== text),
  );
}

function write({ save }: Shelf, kept: readonly KeptFilter[]): void {
  const named = kept.filter(({ name }) => name !== null);
  named.sort((a, b) => String(a.name).localeCompare(String(b.name)));
  const recent = kept.filter(({ name }) => name === null).slice(0, MOST_RECENT);
  save(KEY, JSON.stringify([...named, ...recent]));
}

function isKept(value: unknown): value is KeptFilter {
  if (typeof value !== 'object' || value === null) return false;
  const { name, text } = value as Partial<Record<keyof KeptFilter, unknown>>;
  return (name === null || typeof name === 'string') && typeof text === 'string';
}
