/** What is wrong with the store, what that means, and what can be done; nothing is deleted before it was asked. */

import { counted, text } from '../../src/texts/index.js';
import css from '../styles/storage.css?inline';
import { useState } from 'preact/hooks';
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
  readonly body: string;
  /** What the browser or the store said. */
  readonly cause?: string;
  /** What can be done. */
  readonly ways: readonly ('retry' | 'delete' | 'keep')[];
}

export function StorageTrouble({ recording, situation, place }: TroubleProps) {
  const { title, body, cause, ways } = account(situation);
  const buttons = <Ways ways={ways} recording={recording} />;
  if (place === 'bar') {
    return (
      <div class={`bar storage tall ${situation.kind}`} role="status">
        <style>{css}</style>
        <span title={cause}>
          <b>{title}.</b> {body}
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
        <p>{body}</p>
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
        title: text('storage_unstored'),
        body: text('storage_unstored_body'),
        cause: situation.message,
        ways: ['delete'],
      };
    case 'damaged':
      return {
        title: text('storage_damaged'),
        body: counted('storage_damaged_body', situation.events),
        ways: ['keep', 'delete'],
      };
    case 'storage': {
      const { kind, message } = situation.fault;
      switch (kind) {
        case 'newer':
          return {
            title: text('storage_newer'),
            body: text('storage_newer_body'),
            ways: ['retry', 'delete'],
          };
        case 'blocked':
          return {
            title: text('storage_blocked'),
            body: text('storage_blocked_body'),
            ways: ['retry'],
          };
        case 'failed':
          return {
            title: text('storage_failed'),
            body: text('storage_failed_body'),
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
      <p class="actions" role="group" aria-label={text('storage_delete_question')}>
        <span>{text('storage_delete_warning')}</span>
        <button
          type="button"
          class="action danger"
          onClick={() => {
            setAsking(false);
            recording.startAgain();
          }}
        >
          {text('storage_delete_yes')}
        </button>
        <button type="button" class="action" autofocus onClick={() => setAsking(false)}>
          {text('storage_keep')}
        </button>
      </p>
    );
  }
  return (
    <p class="actions">
      {ways.includes('retry') && (
        <button type="button" class="action" onClick={() => recording.retryStore()}>
          {text('try_again')}
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
          {text('storage_keep')}
        </button>
      )}
      {ways.includes('delete') && (
        <button type="button" class="action" onClick={() => setAsking(true)}>
          {text('storage_delete')}
        </button>
      )}
    </p>
  );
}
