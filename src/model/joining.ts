/**
 * Joins posts with their deliveries inside one connection. Ports are ordered and reliable, so an acceptor's
 * n-th delivery is the opener's n-th post, and the other way round where there is one acceptor; with
 * several, see {@link Alignment}. Where messages were dropped because the receiving page was in the
 * back/forward cache, see `frozen.ts`.
 *
 * A delivery whose post is not known makes a message of its own, which the post joins when it turns up.
 */

import { Alignment } from './alignment.js';
import type { Assembly } from './assembly.js';
import { NONE } from './columns.js';
import type { Link, Port } from './facts.js';
import { Thaws } from './frozen.js';
import type { PortFacts } from './port-facts.js';

export class Joiner {
  readonly #facts: PortFacts;
  readonly #alignment: Alignment | null;
  readonly #thaws = new Map<Port, Thaws>();
  #newPostAt = Infinity;

  constructor(
    private readonly link: Link,
    private readonly assembly: Assembly,
  ) {
    const { opener, acceptors } = link;
    this.#facts = assembly.facts;
    this.#alignment =
      opener !== null && acceptors.length > 1
        ? new Alignment(
            assembly.facts,
            acceptors.map((port) => port.posts),
            opener.deliveries,
          )
        : null;
  }

  /** Joins the posts that the port has got since they were last absorbed. {@link finish} must follow. */
  absorbPosts(port: Port): void {
    const facts = this.#facts;
    const { posts, refusals } = port;
    const goesOut = port.endpoint.role === 'opener';
    for (; port.joinedRefusals < refusals.length; port.joinedRefusals += 1) {
      this.assembly.addPost(NONE, refusals.at(port.joinedRefusals));
    }
    for (; port.joinedPosts < posts.length; port.joinedPosts += 1) {
      const post = posts.at(port.joinedPosts);
      this.assembly.addPost(this.#messageForPost(facts.seq(post), goesOut), post);
      if (!goesOut && facts.at(post) < this.#newPostAt) this.#newPostAt = facts.at(post);
    }
  }

  /** And its deliveries, as far as the count alone tells of them. */
  absorbDeliveries(port: Port): void {
    if (port === this.link.opener && this.#alignment !== null) return;
    const facts = this.#facts;
    const { deliveries } = port;
    const certain = Math.min(deliveries.length, port.pauses[0] ?? Infinity);
    for (; port.joinedDeliveries < certain; port.joinedDeliveries += 1) {
      const delivery = deliveries.at(port.joinedDeliveries);
      this.assembly.addDelivery(this.#messageForDelivery(port, facts.seq(delivery)), delivery);
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
  #align(alignment: Alignment, opener: Port): void {
    if (this.#newPostAt !== Infinity) alignment.rewind(this.#newPostAt);
    this.#newPostAt = Infinity;
    alignment.advance((delivery, post) => this.#move(delivery, post));
    opener.joinedDeliveries = opener.deliveries.length;
  }

  #joinAfterThaws(port: Port, sender: Port | null): void {
    if (port.pauses.length === 0) return;
    let thaws = this.#thaws.get(port);
    if (thaws === undefined) {
      thaws = new Thaws(this.#facts, port, sender);
      this.#thaws.set(port, thaws);
    }
    thaws.settle((delivery, post) => this.#move(delivery, post));
    port.joinedDeliveries = port.deliveries.length;
  }

  /** Puts the delivery to its post. Without one it keeps the message it had, if that was its own. */
  #move(delivery: number, post: number): void {
    const { assembly } = this;
    const before = assembly.messageOf(delivery);
    const own = before !== NONE && !assembly.hasPost(before) ? before : NONE;
    const to = post === NONE ? own : assembly.messageOf(post);
    if (to === before && before !== NONE) return;
    if (before !== NONE) assembly.removeDelivery(before, delivery);
    assembly.addDelivery(to, delivery);
  }

  /** @returns the message that has the post's delivery already, or {@link NONE} */
  #messageForPost(seq: number, goesOut: boolean): number {
    const { opener, acceptors } = this.link;
    if (goesOut) {
      for (const acceptor of acceptors) {
        const message = this.#messageOfCounted(acceptor, seq);
        if (message !== NONE) return message;
      }
      return NONE;
    }
    return opener === null || this.#alignment !== null ? NONE : this.#messageOfCounted(opener, seq);
  }

  /** @returns the message that has the delivery's post, or another of its deliveries, already, or {@link NONE} */
  #messageForDelivery(port: Port, seq: number): number {
    const { opener, acceptors } = this.link;
    if (port === opener) return this.#messageOfPost(acceptors[0] ?? null, seq);
    const sent = this.#messageOfPost(opener, seq);
    if (sent !== NONE) return sent;
    for (const acceptor of acceptors) {
      const message = this.#messageOfCounted(acceptor, seq);
      if (message !== NONE) return message;
    }
    return NONE;
  }

  #messageOfPost(sender: Port | null, seq: number): number {
    const post = sender === null ? NONE : this.#facts.withSeq(sender.posts, seq);
    return post === NONE ? NONE : this.#facts.message(post);
  }

  /** @returns the message of the `seq`-th delivery; none where a thaw has made the counts differ */
  #messageOfCounted({ deliveries, pauses }: Port, seq: number): number {
    const facts = this.#facts;
    const pause = pauses[0];
    const uncertain = pause === undefined ? NONE : deliveries.at(pause);
    if (uncertain !== NONE && facts.seq(uncertain) <= seq) return NONE;
    const delivery = facts.withSeq(deliveries, seq);
    return delivery === NONE ? NONE : facts.message(delivery);
  }
}
