/** The report for people: one table, the budgets beside the figures, and what makes a figure void. */
import type { Environment } from './environment.js';
import type { Sections, Verdict } from './figures.js';

/** Ends of the keys in the section `compare`, and what they say. */
const SIDE_BY_SIDE = [
  ['Messages', 'messages accounted for'],
  ['AllMillis', 'ms until all were'],
  ['LongestTaskMillis', 'longest stall of the panel’s page, ms'],
  ['Rows', 'rows that one can scroll to'],
  ['ParentMegabytes', 'MB more in the parent process'],
  ['ContentMegabytes', 'MB more in content processes'],
] as const;

/** Prints to stdout. */
export function printReport(
  sections: Sections,
  verdicts: readonly Verdict[],
  notes: readonly string[],
  where: Environment,
): void {
  const lines: string[][] = [];
  for (const [section, figures] of Object.entries(sections)) {
    for (const [key, value] of Object.entries(figures)) {
      const figure = `${section}.${key}`;
      const verdict = verdicts.find((candidate) => candidate.figure === figure);
      lines.push([
        figure,
        value === null ? 'void' : value.toLocaleString('en-GB', { maximumFractionDigits: 3 }),
        verdict === undefined ? '' : budgetText(verdict),
        verdict === undefined ? '' : verdict.holds ? 'holds' : 'MISSED',
      ]);
    }
  }
  console.log(`\n${table([['figure', 'value', 'budget', ''], ...lines])}\n`);
  if (sections['compare'] !== undefined) console.log(`${sideBySide(sections['compare'])}\n`);
  for (const note of notes) console.log(note);
  console.log(
    `${where.firefox}, ${where.cores} cores, load ${where.loadBefore.toFixed(2)} before${where.quick ? ', quick: few rounds' : ''}`,
  );
  const missed = verdicts.filter(({ holds }) => !holds);
  console.log(
    missed.length === 0
      ? `${verdicts.length} budgets hold.`
      : `${missed.length} of ${verdicts.length} budgets MISSED: ${missed.map(({ figure }) => figure).join(', ')}`,
  );
}

/** The same messages in Firefox's own Network panel and in Porthole's. */
function sideBySide(figures: Readonly<Record<string, number | null>>): string {
  const lines = SIDE_BY_SIDE.map(([key, title]) => [
    title,
    ...['network', 'porthole'].map((side) => {
      const value = figures[`${side}${key}`] ?? null;
      return value === null ? 'not in time' : value.toLocaleString('en-GB');
    }),
  ]);
  return table([['side by side', 'Network panel', 'Porthole'], ...lines]);
}

function budgetText({ atLeast, atMost }: Verdict): string {
  return atLeast !== undefined
    ? `≥ ${atLeast.toLocaleString('en-GB')}`
    : `≤ ${(atMost ?? Infinity).toLocaleString('en-GB')}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 || column === 2
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
