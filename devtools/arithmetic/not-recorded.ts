/** Extensions that are there and of which nothing is recorded, and why. */

import type {
  DecidedExtension,
  InstalledExtension,
  WaitingExtension,
} from '../../src/protocol/index.js';
import { counted, text } from '../../src/texts/index.js';

export interface NotRecorded {
  readonly extensionId: string;
  readonly name: string;
  /** `waiting`: it may yet report; `unseen`: it is not instrumented; `gone`: it was blocked. */
  readonly state: 'waiting' | 'unseen' | 'gone';
  readonly text: string;
}

export interface Known {
  readonly installed: readonly InstalledExtension[];
  readonly waiting: readonly WaitingExtension[];
  readonly decided: readonly DecidedExtension[];
  /** Ids of extensions that the tree has. */
  readonly recorded: ReadonlySet<string>;
  /** Whether the tree has only what touches one tab. */
  readonly inThisTab: boolean;
}

/** @returns who waits for the person, then who has not reported, then who is not instrumented, then who is blocked */
export function notRecorded(known: Known): NotRecorded[] {
  const { installed, waiting, decided, recorded, inThisTab } = known;
  const blocked = decided.filter(({ verdict }) => verdict === 'blocked');
  const told = new Set([...waiting, ...blocked].map(({ extensionId }) => extensionId));
  const others = installed.filter(
    ({ extensionId }) => !told.has(extensionId) && !recorded.has(extensionId),
  );
  const silent = others.filter(({ isInstrumented }) => isInstrumented);
  return [
    ...waiting.map(({ extensionId, name, contexts }) => ({
      extensionId,
      name: name ?? extensionId,
      state: 'waiting' as const,
      text: counted('unrecorded_waiting', contexts),
    })),
    ...silent.map((each) => ({
      ...each,
      state: 'waiting' as const,
      text: silentText(each, inThisTab),
    })),
    ...others
      .filter(({ isInstrumented }) => !isInstrumented)
      .map((each) => ({ ...each, state: 'unseen' as const, text: text('unrecorded_bare') })),
    ...blocked.map(({ extensionId, name }) => ({
      extensionId,
      name: name ?? extensionId,
      state: 'gone' as const,
      text: text('unrecorded_blocked'),
    })),
  ];
}

function silentText({ hasHosts }: InstalledExtension, inThisTab: boolean): string {
  if (!hasHosts) return text('unrecorded_no_hosts');
  return text(inThisTab ? 'unrecorded_silent_here' : 'unrecorded_silent');
}
