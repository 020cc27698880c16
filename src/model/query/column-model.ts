/** What evaluating a query reads of the columns, with what is asked once for many messages kept by. */

import type { IsFound } from '../findings/index.js';
import type { Messages } from '../messages.js';
import type { Model } from '../model.js';
import type { Connection, PayloadRef } from '../types.js';
import { Verdicts } from '../verdicts.js';
import { Reading } from './reading.js';

export type ColumnModel = Pick<
  Model,
  'contexts' | 'connections' | 'payloadText' | 'rows' | 'messages' | 'connectionAt' | 'contextKeyAt'
>;

/** @param index of the message's row */
export type MessageTest = (id: number, index: number) => boolean;

/** What is asked once for many messages. */
export class Columns {
  readonly model: ColumnModel;
  readonly messages: Messages;
  readonly reading: Reading;
  readonly #verdicts: Verdicts[] = [];

  constructor(model: ColumnModel, now: number, isFound?: IsFound) {
    this.model = model;
    this.messages = model.messages;
    this.reading = new Reading(model, now, isFound);
  }

  refresh(): void {
    for (const verdicts of this.#verdicts) verdicts.forget();
  }

  /** @returns what a test says of a message's connection */
  byConnection(test: (connection: Connection) => boolean): MessageTest {
    const { model, messages } = this;
    const verdicts = this.#verdictsOn((number) => {
      const connection = model.connectionAt(number);
      return connection !== undefined && test(connection);
    });
    return (id) => verdicts.of(messages.connection(id));
  }

  /** @returns what a test says of the label of the context with a number */
  byLabel(test: (label: string) => boolean): (context: number) => boolean {
    const verdicts = this.#verdictsOn((number) =>
      test(this.reading.labelOf(this.model.contextKeyAt(number) ?? '')),
    );
    return (context) => verdicts.of(context);
  }

  /** @returns what a test says of a message's type */
  byType(test: (type: string | null) => boolean): MessageTest {
    const { messages } = this;
    const verdicts = new Verdicts((number) => test(messages.typeText(number)));
    return (id) => verdicts.of(messages.type(id));
  }

  /**
   * @param may whether JSON text, or any part of it, may pass; null: the whole does not tell. A segment's payloads are
   *   asked together first: most segments have none that passes.
   * @returns what a test says of a message's payload
   */
  byPayload(
    test: (ref: PayloadRef) => boolean,
    may: ((text: string) => boolean) | null,
  ): MessageTest {
    const { model, messages } = this;
    const segments = new Map<number, boolean>();
    const segmentMay = (segment: number): boolean => {
      const known = segments.get(segment);
      if (known !== undefined) return known;
      const text = model.payloadText({ segment, offset: 0, length: Number.MAX_SAFE_INTEGER });
      const verdict = text !== undefined && (may === null || may(text));
      if (text !== undefined) segments.set(segment, verdict);
      return verdict;
    };
    return (id) => {
      const ref = messages.payload(id);
      return (may === null || ref.form !== 'json' || segmentMay(ref.segment)) && test(ref);
    };
  }

  #verdictsOn(ask: (number: number) => boolean): Verdicts {
    const verdicts = new Verdicts(ask);
    this.#verdicts.push(verdicts);
    return verdicts;
  }
}
