/**
 * Joins posts with their deliveries inside one connection. Ports are ordered and reliable, so an acceptor's
 * n-th delivery is the opener's n-th post, and the other way round where there is one acceptor; with
 * several, see {@link Alignment}.
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
    for (; port.joinedDeliveries < port.deliveries.length; port.joinedDeliveries += 1) {
      const fact = port.deliveries[port.joinedDeliveries] as DeliveryFact;
      this.#attachDelivery(this.#slotForDelivery(port, fact.delivery.seq), fact);
    }
  }

  /** Aligns what the opener was delivered by several acceptors. */
  finish(): void {
    const alignment = this.#alignment;
    const { opener } = this.link;
    if (alignment === null || opener === null) return;
    const from =
      this.#newPostAt === Infinity ? opener.joinedDeliveries : alignment.rewind(this.#newPostAt);
    this.#newPostAt = Infinity;
    const before = opener.deliveries.slice(from).map((fact) => fact.slot);
    let index = 0;
    alignment.advance((fact, post) => {
      const old = before[index] ?? null;
      index += 1;
      const next = post === null ? this.#ownSlot(old) : (post.slot as Slot);
      if (old === next) return;
      if (old !== null) this.#detachDelivery(old, fact);
      this.#attachDelivery(next, fact);
    });
    opener.joinedDeliveries = opener.deliveries.length;
  }

  #slot(toward: Message['toward']): Slot {
    return {
      link: this.link,
      toward,
      post: null,
      deliveries: [],
      message: null,
      row: null,
      dirty: false,
      dropped: false,
    };
  }

  /** A delivery without a post keeps the message it had, if that was its own. */
  #ownSlot(old: Slot | null): Slot {
    return old !== null && old.post === null ? old : this.#slot('opener');
  }

  #slotForPost(seq: number, toward: Message['toward']): Slot {
    if (toward === 'acceptor') {
      for (const acceptor of this.link.acceptors) {
        const slot = deliveryOf(acceptor, seq)?.slot;
        if (slot) return slot;
      }
    } else if (this.link.opener !== null && this.#alignment === null) {
      const slot = deliveryOf(this.link.opener, seq)?.slot;
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
      const slot = deliveryOf(acceptor, seq)?.slot;
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

function compareDeliveries(a: DeliveryFact, b: DeliveryFact): number {
  return a.delivery.at - b.delivery.at || compareText(a.delivery.endpoint, b.delivery.endpoint);
}
