/** Judges a drawn recording. */

import { findingsOf, type Finding } from '../../../../src/model/findings/index.js';
import { draw, fold, short } from '../fixture.js';

/**
 * @param now when it is judged; a minute after the last fact unless said
 * @returns the findings of a drawing, as `rule/cause ×count: first row`
 */
export function found(drawing: string, now?: number): string[] {
  const drawn = draw(drawing);
  const model = fold(drawn);
  const last = model.rows.at(-1)?.at ?? 0;
  return findingsOf(model, now ?? last + 60_000).map(brief);
}

export function brief({ key, severity, count, about: [first] }: Finding): string {
  const [rule, cause] = key.split(' ');
  return `${severity} ${rule}/${cause} ×${count} ${first?.kind} ${short(first?.key ?? '')}`;
}
