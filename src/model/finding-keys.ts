/** Finds messages and rows by the keys that name them, without going through all. */

import { NONE } from './columns.js';
import type { RequestEntry } from './facts.js';
import type { Fold } from './fold.js';
import { partsOf, rowKey } from './row-key.js';
import type { Row } from './types.js';

/** @returns the message, or {@link NONE} */
export function findMessage({ contexts, facts }: Fold, key: string): number {
  const parts = /^(.*)#(\d+)([><!])(\d+)$/s.exec(key);
  if (parts === null) return NONE;
  const [, context = '', port, mark, number] = parts;
  const found = contexts.get(context)?.ports.get(Number(port));
  if (found === undefined) return NONE;
  const list = mark === '>' ? found.posts : mark === '<' ? found.deliveries : found.refusals;
  const fact = facts.withSeq(list, Number(number));
  return fact === NONE ? NONE : facts.message(fact);
}

/** @returns the index of the row with that key, see {@link rowKey}; -1: there is none */
export function findRow(fold: Fold, key: string): number {
  const { rows } = fold;
  const { kind, name, at } = partsOf(key);
  if (Number.isNaN(at)) return rows.indexOf(rowNamed(fold, kind, name));
  for (let index = rows.indexAt(at); rows.timeAt(index) === at; index += 1) {
    if (rowKey(rows.at(index) as Row) === key) return index;
  }
  return -1;
}

function rowNamed(fold: Fold, kind: string, name: string): number {
  switch (kind) {
    case 'message':
      return findMessage(fold, name);
    case 'request':
      return requestEntry(fold, name)?.row ?? NONE;
    case 'opened':
      return fold.links.link(name)?.openedRow ?? NONE;
    case 'closed':
      return fold.links.link(name)?.closedRow ?? NONE;
    case 'deleted':
      return fold.holes.rowOf(name);
    default:
      return NONE;
  }
}

function requestEntry({ contexts }: Fold, key: string): RequestEntry | null {
  const parts = /^(.*)([?@])(\d+)$/s.exec(key);
  if (parts === null) return null;
  const [, context = '', mark, number] = parts;
  const { sent, receipts } = contexts.get(context) ?? {};
  const end = mark === '?' ? sent?.get(Number(number)) : receipts?.get(Number(number));
  return end?.entry ?? null;
}
