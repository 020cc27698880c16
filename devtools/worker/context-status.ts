/** How it stands with a context: whether it reports, what it waits for, how it ended; and what of it is missing. */

import { counted, text } from '../../src/texts/index.js';
import type { ModelContext } from '../../src/model/types.js';
import type { ContextStatus } from '../worker-protocol.js';
import { endText, unreportedText } from './end-text.js';
import type { Described } from './ends.js';

type Readable = Pick<Described, 'contexts' | 'lives'>;

/** @returns what tells the status of any of the model's contexts, as the model is now */
export function statusTeller(model: Readable): (context: ModelContext) => ContextStatus {
  /** What user scripts depend on; looked up with the first that has lost its line. */
  let around: Surroundings | null = null;
  return (context) => {
    const end = model.lives.get(context.key)?.end ?? null;
    if (end !== null) return { state: 'gone', text: goneText(endText(end.how, context)) };
    if (context.disconnectedAt !== null) {
      around ??= new Surroundings(model);
      return userScriptStatus(context, around);
    }
    if (context.frozen) {
      return {
        state: 'waiting',
        text: text('status_frozen'),
      };
    }
    return { state: 'recording', text: text('status_recording') };
  };
}

/** A user script reports through its extension's background; of its own end nobody tells. */
function userScriptStatus(context: ModelContext, around: Surroundings): ContextStatus {
  const left = context.documentId === null ? undefined : around.left.get(context.documentId);
  if (left !== undefined) return { state: 'gone', text: goneText(left) };
  return around.awake.has(context.extensionId)
    ? { state: 'gone', text: text('status_silent') }
    : {
        state: 'waiting',
        text: text('status_no_relay'),
      };
}

function goneText(how: string): string {
  return text('status_gone', { how });
}

class Surroundings {
  /** Extensions whose background runs. */
  readonly awake = new Set<string>();
  /** How documents ended, by their ids. */
  readonly left = new Map<string, string>();

  constructor({ contexts, lives }: Readable) {
    for (const context of contexts.values()) {
      const { key, kind, extensionId, documentId, disconnectedAt } = context;
      const end = lives.get(key)?.end ?? null;
      if (kind === 'background' && end === null && disconnectedAt === null) {
        this.awake.add(extensionId);
      }
      if (documentId !== null && end !== null) this.left.set(documentId, endText(end.how, context));
    }
  }
}

/** @returns how many events are missing of a context, and what is known of them in words; '' for none */
export function lostOf(
  { key, lost }: ModelContext,
  model: Described,
): { readonly lost: number; readonly lostText: string } {
  const { posts, arrivals } = model.unreportedBy(key);
  const parts = [lost === 0 ? '' : counted('missing_in_gaps', lost), unreportedText(key, model)];
  return { lost: lost + posts + arrivals, lostText: parts.filter(Boolean).join('; ') };
}
