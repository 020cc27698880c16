/** What is wrong with the store, what that means, and what can be done; nothing is deleted before it was asked. */

import css from '../styles/storage.css?inline';
import { useState } from 'preact/hooks';
import { formatNoun } from '../arithmetic/format.js';
import type { RecordingState } from '../state/recording.js';
import type { StorageTrouble as Trouble } from '../state/situation.js';

interface TroubleProps {
  readonly recording: RecordingState;
  readonly situation: Trouble;
  /** In the table's place, or above it. */
  readonly place: 'full' | 'bar';
}

interface Account {
  readonly title: string;
  readonly text: string;
  /** What the browser or the store said. */
  readonly cause?: string;
  /** What can be done. */
  readonly ways: readonly ('retry' | 'delete' | 'keep')[];
}

export function StorageTrouble({ recording, situation, place }: TroubleProps) {
  const { title, text, cause, ways } = account(situation);
  const buttons = <Ways ways={ways} recording={recording} />;
  if (place === 'bar') {
    return (
      <div class={`bar storage tall ${situation.kind}`} role="status">
        <style>{css}</style>
        <span title={cause}>
          <b>{title}.</b> {text}
        </span>
        {buttons}
      </div>
    );
  }
  return (
    <div class="empty" role="status">
      <style>{css}</style>
      <div class="empty-box">
        <h2>{title}</h2>
        <p>{text}</p>
        {cause !== undefined && <p class="quiet cause">{cause}</p>}
        {buttons}
      </div>
    </div>
  );
}

function account(situation: Trouble): Account {
  switch (situation.kind) {
    case 'unstored':
      return {
        title: 'Nothing new can be stored',
        text: 'Porthole tries again by itself. Until it succeeds, contexts keep their events as long as they can; what they cannot keep is counted.',
        cause: situation.message,
        ways: ['delete'],
      };
    case 'damaged':
      return {
        title: 'A part of the recording is damaged',
        text: `${formatNoun(situation.events, 'event')} cannot be read; everything else is shown. The damaged records stay as they are until the recording is deleted.`,
        ways: ['keep', 'delete'],
      };
    case 'storage': {
      const { kind, message } = situation.fault;
      switch (kind) {
        case 'newer':
          return {
            title: 'This recording was made by a newer Porthole',
            text: 'This version does not know how to read it, and records nothing. Install the newer Porthole again to see it, or delete it to record with this version.',
            ways: ['retry', 'delete'],
          };
        case 'blocked':
          return {
            title: 'Another page of Porthole holds the recording open',
            text: 'It has to be brought up to date first, and nothing is recorded until then. Close Porthole’s other tabs and toolboxes; it goes on by itself as soon as they are closed.',
            ways: ['retry'],
          };
        case 'failed':
          return {
            title: 'The recording cannot be read',
            text: 'Nothing was deleted.',
            cause: message,
            ways: ['retry', 'delete'],
          };
      }
    }
  }
}

interface WaysProps {
  readonly ways: Account['ways'];
  readonly recording: RecordingState;
}

function Ways({ ways, recording }: WaysProps) {
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <p class="actions" role="group" aria-label="Delete the recording?">
        <span>Everything recorded is deleted, of all extensions. This cannot be undone.</span>
        <button
          type="button"
          class="action danger"
          onClick={() => {
            setAsking(false);
            recording.startAgain();
          }}
        >
          Delete it
        </button>
        <button type="button" class="action" autofocus onClick={() => setAsking(false)}>
          Keep it
        </button>
      </p>
    );
  }
  return (
    <p class="actions">
      {ways.includes('retry') && (
        <button type="button" class="action" onClick={() => recording.retryStore()}>
          Try again
        </button>
      )}
      {ways.includes('keep') && (
        <button
          type="button"
          class="action"
          onClick={() => {
            recording.damageKnown.value = true;
          }}
        >
          Keep it
        </button>
      )}
      {ways.includes('delete') && (
        <button type="button" class="action" onClick={() => setAsking(true)}>
          Delete the recording and start again…
        </button>
      )}
    </p>
  );
}
