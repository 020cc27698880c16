/** Writes findings out as lines of a trace. */

import type { TraceFinding, TraceSubject } from '../protocol/index.js';
import { subjectKey, type Finding } from './findings/index.js';
import type { Since } from './trace-request.js';

/** Ids of what was written, by {@link subjectKey}. */
export type SubjectIds = ReadonlyMap<string, TraceSubject>;

/** @returns what findings are about: of these the ids must be gathered */
export function subjectsOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ about }) => about.map(subjectKey)));
}

/** What a finding is about and was not written (a filter left it out) is not named. */
export function findingLine(
  finding: Finding,
  ids: SubjectIds,
  connectionId: (key: string) => string | null,
  since: Since,
): TraceFinding {
  const { rule, severity, at, count, extension, connection, about } = finding;
  const { message, cause, fix, code, link } = finding;
  return {
    kind: 'finding',
    rule,
    severity,
    at: since(at),
    count,
    extension,
    connection: connection === null ? null : connectionId(connection),
    about: about.flatMap((subject) => ids.get(subjectKey(subject)) ?? []),
    message,
    cause,
    fix,
    code,
    link,
  };
}
