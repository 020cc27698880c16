/** Judges a drawn recording. */

import { endingOf } from '../../../../src/model/endings.js';
import { Findings, type Finding } from '../../../../src/model/findings/index.js';
import type { Model } from '../../../../src/model/index.js';
import { draw, fold, short } from '../fixture.js';

/** @returns the findings of a model, taken in row by row as they stand */
export function judge(model: Model, now: number): readonly Finding[] {
  const findings = findingsOf(model);
  findings.update(model.rows, 0);
  return findings.judge(now);
}

export function findingsOf(model: Model): Findings {
  return new Findings({
    get contexts() {
      return model.contexts;
    },
    get connections() {
      return model.connections;
    },
    get requests() {
      return model.requests;
    },
    get lives() {
      return model.lives;
    },
    endingOf: (connection) => endingOf(connection, model.lives),
    payloadText: (ref) => model.payloadText(ref),
  });
}

/**
 * @param now when it is judged; a minute after the last fact unless said
 * @returns the findings of a drawing, as `rule/cause ×count: first row`
 */
export function found(drawing: string, now?: number): string[] {
  const drawn = draw(drawing);
  const model = fold(drawn);
  const last = model.rows.at(-1)?.at ?? 0;
  return judge(model, now ?? last + 60_000).map(brief);
}

export function brief({ key, severity, count, about: [first] }: Finding): string {
  const [rule, cause] = key.split(' ');
  return `${severity} ${rule}/${cause} ×${count} ${first?.kind} ${short(first?.key ?? '')}`;
}
