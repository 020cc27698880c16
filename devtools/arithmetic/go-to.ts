/** Where the table is asked to go: a row's number, a part of the whole, or a time as the table shows times. */

export type Destination =
  /** From 0; may lie beyond the last row. */
  | { readonly to: 'row'; readonly index: number }
  /** Part of the rows, 0 … 1. */
  | { readonly to: 'part'; readonly part: number }
  /** Epoch milliseconds. */
  | { readonly to: 'time'; readonly at: number };

const ROW = /^#?(\d[\d,’' ]*)$/;
const PART = /^(\d+(?:\.\d+)?)\s*%$/;
const OFFSET = /^(\+)?\s*(?:(\d+):)?(?:(\d+):)?(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/i;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?$/;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3_600e3 };
const DAY = 86_400_000;

/**
 * @param text a row's number (`12,345`), a part (`50%`), a time since the recording began (`+12.5s`, `+1:30`, `250ms`)
 *   or a time of day (`14:03`, `14:03:12.345`)
 * @param startedAt when the recording began, epoch milliseconds
 * @returns null when it is none of these
 */
export function readDestination(text: string, startedAt: number): Destination | null {
  const wanted = text.trim();
  const row = ROW.exec(wanted)?.[1];
  if (row !== undefined)
    return { to: 'row', index: Math.max(0, Number(row.replace(/\D/g, '')) - 1) };
  const part = PART.exec(wanted)?.[1];
  if (part !== undefined) return { to: 'part', part: Math.min(1, Number(part) / 100) };
  const clock = CLOCK.exec(wanted);
  if (clock !== null) {
    const [, hours, minutes, seconds = '0', fraction = '0'] = clock.map(
      (each) => each ?? undefined,
    );
    return timeOfDay(Number(hours), Number(minutes), Number(seconds) + Number(fraction), startedAt);
  }
  const since = sinceStart(wanted);
  return since === null ? null : { to: 'time', at: startedAt + since };
}

/** @returns milliseconds since the recording began; null when the text is no such time */
function sinceStart(text: string): number | null {
  const found = OFFSET.exec(text);
  if (found === null) return null;
  const [, plus, first, second, last = '0', unit] = found;
  // Without a sign or a unit it is no time.
  if (plus === undefined && unit === undefined) return null;
  if (first !== undefined && unit !== undefined) return null;
  const high = second === undefined ? 0 : Number(first ?? 0);
  const low = Number(second ?? first ?? 0);
  return (
    (high * 3600 + low * 60) * 1000 + Number(last) * (UNITS[unit?.toLowerCase() ?? 's'] ?? 1e3)
  );
}

/** The first such moment from the recording's beginning on; a recording may go on past midnight. */
function timeOfDay(
  hours: number,
  minutes: number,
  seconds: number,
  startedAt: number,
): Destination | null {
  if (hours > 23 || minutes > 59 || seconds >= 60) return null;
  const date = new Date(startedAt);
  date.setHours(hours, minutes, 0, 0);
  const at = date.getTime() + Math.round(seconds * 1000);
  // A minute given without seconds may be the one in which the recording began.
  return { to: 'time', at: at < startedAt - 60_000 ? at + DAY : at };
}
