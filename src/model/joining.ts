/**
 * Joins posts with their deliveries inside one connection. Ports are ordered and reliable, so an acceptor's
 * n-th delivery is the opener's n-th post, and the other way round where there is one acceptor; with
 * several, see {@link Alignment}. Where messages were dropped because the receiving page was in the
 * back/forward cache, see `frozen.ts`.
 *
 * A delivery whose post is not known makes a message of its own, which the post joins when it turns up.
 */

import { Alignment } from './alignment.js';
import {
  compareText,
  deliveryOf,
  postOf,
  type DeliveryFact,
  type Link,
  type Port,
  type PostFact,
  type Slot,
} from './facts.js';
import { droppedUntil } from './frozen.js';
import type { Message } from './types.js';

/** What joining tells the model. */
export interface JoinSink {
  /** The slot has new facts. */
  changed(slot: Slot): void;
  /** The slot lost its last fact. */
  dropped(slot: Slot): void;
  samePayload(post: PostFact, delivery: DeliveryFact): boolean;
}

export class Joiner {
  readonly #alignment: Alignment<PostFact, DeliveryFact> | null;
  #newPostAt = Infinity;

  constructor(
    private readonly link: Link,
    private readonly sink: JoinSink,
  ) {
    const { opener, acceptors } = link;
    this.#alignment =
      opener !== null && acceptors.length > 1
        ? new Alignment(
            acceptors.map((port) => port.posts),
            opener.deliveries,
            (post) => post,
            (fact) => fact.delivery,
            (post, fact) => sink.samePayload(post, fact),
          )
        : null;
  }

  /** Joins what the port has got since it was last absorbed. {@link finish} must follow. */
  absorb(port: Port): void {
    const toward = port.endpoint.role === 'opener' ? 'acceptor' : 'opener';
    for (; port.joinedRefusals < port.refusals.length; port.joinedRefusals += 1) {
      this.#attachPost(this.#slot(toward), port.refusals[port.joinedRefusals] as PostFact);
    }
    for (; port.joinedPosts < port.posts.length; port.joinedPosts += 1) {
      const post = port.posts[port.joinedPosts] as PostFact;
      this.#attachPost(this.#slotForPost(post.seq, toward), post);
      if (toward === 'opener' && post.at < this.#newPostAt) this.#newPostAt = post.at;
    }
    if (port === this.link.opener && this.#alignment !== null) return;
    const certain = Math.min(port.deliveries.length, port.pauses[0] ?? Infinity);
    for (; port.joinedDeliveries < certain; port.joinedDeliveries += 1) {
      const fact = port.deliveries[port.joinedDeliveries] as DeliveryFact;
      this.#attachDelivery(this.#slotForDelivery(port, fact.delivery.seq), fact);
    }
  }

  /** Joins what the count alone does not tell. */
  finish(): void {
    const { opener, acceptors } = this.link;
    if (this.#alignment !== null && opener !== null) this.#align(this.#alignment, opener);
    else if (opener !== null) this.#joinAfterThaws(opener, acceptors[0] ?? null);
    for (const acceptor of acceptors) this.#joinAfterThaws(acceptor, opener);
  }

  /** What the opener was delivered by several acceptors. */
  #align(alignment: Alignment<PostFact, DeliveryFact>, opener: Port): void {
    const from =
      this.#newPostAt === Infinity ? opener.joinedDeliveries : alignment.rewind(this.#newPostAt);
    this.#newPostAt = Infinity;
    const before = opener.deliveries.slice(from).map((fact) => fact.slot);
    let index = 0;
    alignment.advance((fact, post) => {
      const old = before[index] ?? null;
      index += 1;
      this.#move(fact, old, post === null ? this.#ownSlot(old, 'opener') : (post.slot as Slot));
    });
    opener.joinedDeliveries = opener.deliveries.length;
  }

  #joinAfterThaws(port: Port, sender: Port | null): void {
    const { deliveries, pauses, endpoint } = port;
    if (pauses.length === 0) return;
    const toward = endpoint.role;
    const dropped =
      sender === null
        ? []
        : droppedUntil(port, sender, (post, fact) => this.sink.samePayload(post, fact));
    for (const [index, from] of pauses.entries()) {
      for (const fact of deliveries.slice(from, pauses[index + 1])) {
        const post = sender && postOf(sender, fact.delivery.seq + (dropped[index] ?? 0));
        this.#move(fact, fact.slot, post?.slot ?? this.#ownSlot(fact.slot, toward));
      }
    }
    port.joinedDeliveries = deliveries.length;
  }

  #move(fact: DeliveryFact, from: Slot | null, to: Slot): void {
    if (from === to) return;
    if (from !== null) this.#detachDelivery(from, fact);
    this.#attachDelivery(to, fact);
  }

  #slot(toward: Message['toward']): Slot {
    return {
      link: this.link,
      toward,
      post: null,
      deliveries: [],
      id: -1,
      message: null,
      row: null,
      dirty: false,
      dropped: false,
    };
  }

  /** A delivery without a post keeps the message it had, if that was its own. */
  #ownSlot(old: Slot | null, toward: Message['toward']): Slot {
    return old !== null && old.post === null ? old : this.#slot(toward);
  }

  #slotForPost(seq: number, toward: Message['toward']): Slot {
    if (toward === 'acceptor') {
      for (const acceptor of this.link.acceptors) {
        const slot = countedDelivery(acceptor, seq)?.slot;
        if (slot) return slot;
      }
    } else if (this.link.opener !== null && this.#alignment === null) {
      const slot = countedDelivery(this.link.opener, seq)?.slot;
      if (slot) return slot;
    }
    return this.#slot(toward);
  }

  #slotForDelivery(port: Port, seq: number): Slot {
    const { opener, acceptors } = this.link;
    if (port === opener) {
      const sender = acceptors[0];
      return (sender && postOf(sender, seq)?.slot) || this.#slot('opener');
    }
    const sent = opener && postOf(opener, seq)?.slot;
    if (sent) return sent;
    for (const acceptor of acceptors) {
      const slot = countedDelivery(acceptor, seq)?.slot;
      if (slot) return slot;
    }
    return this.#slot('acceptor');
  }

  #attachPost(slot: Slot, post: PostFact): void {
    slot.post = post;
    post.slot = slot;
    this.sink.changed(slot);
  }

  #attachDelivery(slot: Slot, fact: DeliveryFact): void {
    const { deliveries } = slot;
    let index = deliveries.length;
    while (index > 0 && compareDeliveries(deliveries[index - 1] as DeliveryFact, fact) > 0) {
      index -= 1;
    }
    deliveries.splice(index, 0, fact);
    fact.slot = slot;
    this.sink.changed(slot);
  }

  #detachDelivery(slot: Slot, fact: DeliveryFact): void {
    slot.deliveries.splice(slot.deliveries.indexOf(fact), 1);
    if (slot.post === null && slot.deliveries.length === 0) this.sink.dropped(slot);
    else this.sink.changed(slot);
  }
}

/** @returns the delivery of the `seq`-th post; none where a thaw has made the counts differ */
function countedDelivery(port: Port, seq: number): DeliveryFact | undefined {
  const uncertain = port.deliveries[port.pauses[0] ?? Infinity];
  if (uncertain !== undefined && uncertain.delivery.seq <= seq) return undefined;
  return deliveryOf(port, seq);
}

function compareDeliveries(a: DeliveryFact, b: DeliveryFact): number {
  return a.delivery.at - b.delivery.at || compareText(a.delivery.endpoint, b.delivery.endpoint);
}
