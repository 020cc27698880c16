/** Tells the sidebar's tree when it has changed, twice a second at most: it is the largest thing that is told. */

import { tabScope, type Model } from '../../src/model/index.js';
import type { ExtensionNode } from '../worker-protocol.js';
import { buildTree, type Listed } from './outline.js';
import { RequestCounts } from './request-counts.js';
import type { Stages } from './visible-rows.js';

const TREE_MS = 500;

export class TreeNews {
  readonly #post: (tree: readonly ExtensionNode[]) => void;
  #counts = new RequestCounts();
  #tabId: number | null = null;
  #reloads: Stages['reloads'] = [];
  #model: Model | null = null;
  #last = -Infinity;
  #told = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (tree: readonly ExtensionNode[]) => void) {
    this.#post = post;
  }

  /** The next one is told at once. */
  hurry(): void {
    this.#last = -Infinity;
  }

  /** Rows from this index on have changed. */
  changed(from: number): void {
    this.#counts.changed(from);
  }

  /**
   * @param tabId only what touches this tab; null for everything
   * @param reloads contexts and connections of these that had ended by then are left out
   */
  tell(model: Model, tabId: number | null, reloads: Stages['reloads']): void {
    if (model !== this.#model || tabId !== this.#tabId) this.#counts = new RequestCounts();
    this.#model = model;
    this.#tabId = tabId;
    this.#reloads = reloads;
    const wait = this.#last + TREE_MS - performance.now();
    clearTimeout(this.#timer);
    if (wait > 0) this.#timer = setTimeout(() => this.#tell(), wait);
    else this.#tell();
  }

  #tell(): void {
    const model = this.#model;
    if (model === null) return;
    this.#last = performance.now();
    const tree = buildTree(model, listedIn(model, this.#tabId, this.#reloads), this.#counts);
    const text = JSON.stringify(tree);
    if (text === this.#told) return;
    this.#told = text;
    this.#post(tree);
  }
}

function listedIn(model: Model, tabId: number | null, reloads: Stages['reloads']): Listed {
  const scope = tabId === null ? null : tabScope(tabId, model);
  return {
    context: ({ key }) => scope?.context(key) ?? true,
    connection: (connection) =>
      (scope?.connection(connection) ?? true) &&
      !reloads.some(({ at, of }) => isBefore(connection.closedAt, at) && of.connection(connection)),
    request: (request) => scope?.request(request) ?? true,
    isPast: ({ key }) =>
      reloads.some(
        ({ at, of }) => isBefore(model.lives.get(key)?.end?.at ?? null, at) && of.context(key),
      ),
  };
}

function isBefore(end: number | null, at: number): boolean {
  return end !== null && end < at;
}
