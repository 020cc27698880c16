/** Writes a message out from the post and deliveries that were joined. */

import type { DeliveryFact, MessageFacts, PostFact, Slot } from './facts.js';
import type { PayloadWords } from './payload-words.js';
import type { PayloadRef } from './types.js';

export class MessageWriter {
  constructor(
    private readonly words: PayloadWords,
    private readonly textOf: (ref: PayloadRef) => string,
  ) {}

  /** Brings the slot's message up to its facts; creates it the first time. */
  write(slot: Slot): MessageFacts {
    const { post, deliveries, link } = slot;
    const payload = (post ?? (deliveries[0] as DeliveryFact)).payload;
    const facts = {
      key: post === null ? deliveryKey(deliveries[0] as DeliveryFact) : postKey(post),
      seq: post === null ? (deliveries[0] as DeliveryFact).delivery.seq : seqOf(post),
      from: post?.port.context.key ?? this.#sender(slot),
      postedAt: post?.at ?? null,
      deliveries: deliveries.map((fact) => fact.delivery),
      stack: post?.stack ?? null,
      error: post?.error ?? null,
    };
    if (slot.message === null) {
      slot.message = {
        key: facts.key,
        connection: link.connection.key,
        toward: slot.toward,
        seq: facts.seq,
        from: facts.from,
        postedAt: facts.postedAt,
        deliveries: facts.deliveries,
        payload,
        messageType: this.words.typeOf(payload),
        stack: facts.stack,
        error: facts.error,
      };
      return slot.message;
    }
    const { message } = slot;
    const before = message.payload;
    Object.assign(message, facts, { payload });
    if (before !== payload && !this.#saysTheSame(before, payload)) {
      message.messageType = this.words.typeOf(payload);
    }
    return message;
  }

  #saysTheSame(a: PayloadRef, b: PayloadRef): boolean {
    return a.form === b.form && a.length === b.length && this.textOf(a) === this.textOf(b);
  }

  /** The post is not known, but who made it may be: the other end of the connection. */
  #sender({ toward, link }: Slot): string | null {
    if (toward === 'acceptor') return link.opener?.context.key ?? null;
    return link.acceptors.length === 1 ? (link.acceptors[0]?.context.key ?? null) : null;
  }
}

function seqOf(post: PostFact): number {
  return post.error === null ? post.seq : 0;
}

/** @returns {@link Message.key} of a message whose post is known */
export function postKey(post: PostFact): string {
  return `${post.port.endpoint.key}${post.error === null ? '>' : '!'}${post.seq}`;
}

/** @returns {@link Message.key} of a message whose first delivery this is, and whose post is not known */
export function deliveryKey({ delivery }: DeliveryFact): string {
  return `${delivery.endpoint}<${delivery.seq}`;
}
