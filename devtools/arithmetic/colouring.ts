/** Colour rules: queries that give the rows they find a colour. Kept as JSON between sessions. */

/** The palette; `styles/colours.css` has a tint and a mark for each, in both themes. */
export const COLOURS = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'grey',
] as const;

export type ColourName = (typeof COLOURS)[number];

export interface ColourRule {
  /** Tells it from the others; stays with it when it is moved. */
  readonly id: number;
  /** '' shows the query in its place. */
  readonly name: string;
  /** In the query language. */
  readonly query: string;
  readonly colour: ColourName;
  readonly on: boolean;
}

export interface Colouring {
  /** The first that matches gives the row its colour. */
  readonly rules: readonly ColourRule[];
  /** Rows that no rule colours have their connection's colour. */
  readonly byConnection: boolean;
}

export const NO_COLOURING: Colouring = { rules: [], byConnection: false };

/** Characters. */
export const RULE_NAME_MAX = 60;
export const RULE_QUERY_MAX = 2_000;

const MOST_RULES = 100;

/** @returns what was kept as JSON; rules that cannot be read are left out */
export function readColouring(text: string | null): Colouring {
  try {
    const { rules, byConnection } = JSON.parse(text ?? '{}') as Partial<
      Record<keyof Colouring, unknown>
    >;
    const sound = Array.isArray(rules) ? rules.filter(isRule).slice(0, MOST_RULES) : [];
    return {
      rules: sound.map((rule, index) => ({ ...rule, id: index + 1 })),
      byConnection: byConnection === true,
    };
  } catch {
    return NO_COLOURING;
  }
}

function isRule(value: unknown): value is ColourRule {
  if (typeof value !== 'object' || value === null) return false;
  const { name, query, colour, on } = value as Partial<Record<keyof ColourRule, unknown>>;
  return (
    typeof name === 'string' &&
    typeof query === 'string' &&
    query.length <= RULE_QUERY_MAX &&
    (COLOURS as readonly unknown[]).includes(colour) &&
    typeof on === 'boolean'
  );
}

/** @returns with a new rule before all others, in the colour that is used least */
export function withRule(rules: readonly ColourRule[], query: string): readonly ColourRule[] {
  const used = (name: ColourName): number => rules.filter(({ colour }) => colour === name).length;
  const colour = COLOURS.reduce((best, each) => (used(each) < used(best) ? each : best));
  const id = Math.max(0, ...rules.map((rule) => rule.id)) + 1;
  return [{ id, name: '', query, colour, on: true }, ...rules];
}

/** @returns with the items of a list in another order: the one at `index` has moved by so many places */
export function moved<T>(items: readonly T[], index: number, by: number): readonly T[] {
  const target = Math.min(Math.max(0, index + by), items.length - 1);
  const item = items[index];
  if (item === undefined || target === index) return items;
  return items.toSpliced(index, 1).toSpliced(target, 0, item);
}

/** @returns with a rule that had been deleted where it was; if another has its id since, it gets a new one */
export function putBack<R extends { readonly id: number }>(
  rules: readonly R[],
  rule: R,
  index: number,
): readonly R[] {
  const ids = rules.map(({ id }) => id);
  const id = ids.includes(rule.id) ? Math.max(...ids) + 1 : rule.id;
  return rules.toSpliced(index, 0, { ...rule, id });
}

/** @returns the colour of the connection of that number: neighbours differ */
export function connectionColour(number: number): ColourName {
  return COLOURS[number % COLOURS.length] as ColourName;
}
