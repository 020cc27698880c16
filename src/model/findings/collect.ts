/** Makes findings of what the rules have seen: the same thing seen again and again is one finding. */

import { compareText } from '../facts.js';
import { describe } from './texts.js';
import { MOST_SUBJECTS, type Finding, type Severity, type Sighting } from './types.js';

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** @returns the findings: errors first, then warnings; each kind in order of time */
export function collect(sightings: Iterable<Sighting>): readonly Finding[] {
  const groups = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const { rule, cause, extension, what } = sighting;
    const key = [rule, cause, extension, what].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sighting]);
    else group.push(sighting);
  }
  return Array.from(groups, ([key, group]) => findingOf(key, group.sort(byTime))).sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || a.at - b.at || compareText(a.key, b.key),
  );
}

function findingOf(key: string, group: readonly Sighting[]): Finding {
  const first = group[0] as Sighting;
  const { rule, extension, at, cause, facts } = first;
  const count = group.reduce((sum, sighting) => sum + (sighting.count ?? 1), 0);
  const severest = group.map(({ severity }) => severity).sort((a, b) => RANK[a] - RANK[b]);
  const { connection } = first;
  return {
    key,
    rule,
    severity: severest[0] as Severity,
    at,
    count,
    extension,
    connection: group.every((each) => each.connection === connection) ? connection : null,
    about: group.flatMap(({ about }) => about).slice(0, MOST_SUBJECTS),
    ...describe(rule, cause, { ...facts, count }),
  };
}

function byTime(a: Sighting, b: Sighting): number {
  return a.at - b.at || compareText(keyOf(a), keyOf(b));
}

function keyOf({ about: [first] }: Sighting): string {
  return `${first?.kind} ${first?.key}`;
}
