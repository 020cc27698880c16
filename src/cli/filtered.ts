/** A recording of which only the messages and requests that a filter passes are written. */
import { compileFilter, Concerned, type Finding, type Model, type Row } from '../model/index.js';

type Readable = Pick<
  Model,
  'contexts' | 'connections' | 'lives' | 'payloadText' | 'holes' | 'totals' | 'unreportedBy'
> & { readonly rows: Iterable<Row> };

export interface Filtered {
  readonly model: Readable;
  /** Messages, one-off ones too, that were left out. */
  readonly leftOut: number;
}

/**
 * Contexts, connections, lifecycle and gaps stay: without them the rest could not be understood.
 *
 * @param query undefined leaves out nothing
 * @param now epoch milliseconds that ages count back from
 * @param findings what `is:finding` asks for
 */
export function filtered(
  model: Model,
  query: string | undefined,
  now: number,
  findings: readonly Finding[] = [],
): Filtered {
  const concerned = new Concerned(findings);
  const passes =
    query === undefined ? null : compileFilter(query, model, now, concerned.has).passes;
  if (passes === null) return { model, leftOut: 0 };
  const left = { messages: 0, requests: 0 };
  const stays = (row: Row): boolean => {
    if (row.kind !== 'message' && row.kind !== 'request') return true;
    if (passes(row)) return true;
    left[row.kind === 'message' ? 'messages' : 'requests'] += 1;
    return false;
  };
  const rows = [...model.rows].filter(stays);
  const { contexts, connections, lives, holes, totals } = model;
  const messages = totals.messages - left.messages;
  const requests = totals.requests - left.requests;
  return {
    model: {
      contexts,
      connections,
      lives,
      holes,
      rows,
      payloadText: (ref) => model.payloadText(ref),
      unreportedBy: (context) => model.unreportedBy(context),
      totals: { ...totals, messages, requests },
    },
    leftOut: left.messages + left.requests,
  };
}
