/**
 * What extensions call themselves. A user script cannot read its extension's manifest and reports no name: it goes by the
 * one that another context of its extension has reported, before or after it.
 */

import { compareText, type Mutable } from './facts.js';
import type { ModelContext } from './types.js';

interface Known {
  /** The context that names the extension: the one that started last, so that the order of reports says nothing. */
  by: Mutable<ModelContext> | null;
  readonly unnamed: Set<Mutable<ModelContext>>;
}

export class ExtensionNames {
  readonly #known = new Map<string, Known>();

  /** Takes a context as it was reported, and names it, or those that have no name, if it can. */
  take(context: Mutable<ModelContext>): void {
    const known = this.#known.get(context.extensionId) ?? { by: null, unnamed: new Set() };
    this.#known.set(context.extensionId, known);
    if (context.extensionName === null) {
      known.unnamed.add(context);
      context.extensionName = known.by?.extensionName ?? null;
      return;
    }
    if (known.by !== null && !isLater(context, known.by)) return;
    known.by = context;
    for (const other of known.unnamed) other.extensionName = context.extensionName;
  }
}

function isLater(a: ModelContext, b: ModelContext): boolean {
  return (a.startedAt - b.startedAt || compareText(a.key, b.key)) >= 0;
}
