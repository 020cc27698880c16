/** What evaluating a query reads of the model, with what is costly to tell kept by. */

import type { IsFound } from '../findings/index.js';
import { contextLabel, missingContext } from '../labels.js';
import type { Model } from '../model.js';
import { parseRich } from '../rich-reader.js';
import type { Connection, ModelContext, PayloadRef, Request, Row } from '../types.js';

export type Readable = Pick<Model, 'contexts' | 'connections' | 'payloadText'>;

export class Reading {
  readonly model: Readable;
  /** Epoch milliseconds that ages count back from. */
  readonly now: number;
  /** Whether a finding is about the row. */
  readonly isFound: IsFound;
  readonly #labels = new Map<string, { readonly of: ModelContext; url: string; label: string }>();

  constructor(model: Readable, now: number, isFound: IsFound = () => false) {
    this.model = model;
    this.now = now;
    this.isFound = isFound;
  }

  /** @returns the context's label; {@link missingContext} when its record is missing */
  labelOf(key: string): string {
    const context = this.model.contexts.get(key);
    if (context === undefined) return missingContext();
    const known = this.#labels.get(key);
    if (known?.of === context && known.url === context.url) return known.label;
    const label = contextLabel(context);
    this.#labels.set(key, { of: context, url: context.url, label });
    return label;
  }

  /** @returns the row's connection; undefined when it has none */
  connectionOf(row: Row): Connection | undefined {
    switch (row.kind) {
      case 'message':
        return this.model.connections.get(row.message.connection);
      case 'opened':
      case 'closed':
        return this.model.connections.get(row.connection);
      default:
        return undefined;
    }
  }

  /** @returns the payload as a value in a box; null when it is not there or cannot be read as one */
  valueOf(ref: PayloadRef | null): { readonly value: unknown } | null {
    const text = ref === null ? undefined : this.model.payloadText(ref);
    if (ref === null || text === undefined) return null;
    if (ref.form === 'rich') return parseRich(text) ?? null;
    if (ref.form !== 'json') return null;
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      return null;
    }
  }
}

/** @returns whether `visit` says yes to the key of a context at either end, known or not */
export function someContext(
  row: Row,
  reading: Reading,
  visit: (context: string) => boolean,
): boolean {
  if (row.kind === 'lifecycle' || row.kind === 'gap') return visit(row.context);
  if (row.kind === 'request') return someOfRequest(row.request, visit);
  const connection = reading.connectionOf(row);
  if (connection === undefined) return false;
  const { opener, acceptors } = connection;
  return (
    (opener !== null && visit(opener.context)) || acceptors.some(({ context }) => visit(context))
  );
}

function someOfRequest({ from, receipts }: Request, visit: (context: string) => boolean): boolean {
  return (from !== null && visit(from)) || receipts.some(({ context }) => visit(context));
}
