/** Below the tree: extensions that are there and of which nothing is recorded, each with the reason, as far as it is known. */

import { useState } from 'preact/hooks';
import { formatCount, text } from '../../src/texts/index.js';
import { notRecorded } from '../arithmetic/not-recorded.js';
import { safeName } from '../arithmetic/safe-name.js';
import { askForManagement, type Platform } from '../state/platform.js';
import type { RecordingState } from '../state/recording.js';
import css from '../styles/not-recorded.css?inline';
import { Icon } from './Icon.js';
import { Sentence } from './Sentence.js';

interface NotRecordedProps {
  readonly recording: RecordingState;
  readonly platform: Platform;
}

export function NotRecorded({ recording, platform }: NotRecordedProps) {
  const [open, setOpen] = useState(false);
  const { admission, installed, tree, thisTabOnly } = recording;
  const mayNotAsk = installed.value === null;
  const list = notRecorded({
    installed: installed.value ?? [],
    waiting: admission.value?.waiting ?? [],
    decided: admission.value?.decided ?? [],
    recorded: new Set(tree.value.map(({ key }) => key)),
    inThisTab: thisTabOnly.value,
  });
  return (
    <section class="absent" aria-label={text('unrecorded_label')}>
      <style>{css}</style>
      <button
        type="button"
        class="absent-head"
        aria-expanded={open}
        onClick={() => {
          if (!open) recording.send({ type: 'list-installed' });
          setOpen(!open);
        }}
      >
        <Icon name={open ? 'open' : 'closed'} />
        {list.length === 0
          ? text('unrecorded')
          : text('unrecorded_number', { count: formatCount(list.length) })}
      </button>
      {open && (
        <div class="absent-body">
          <ul>
            {list.map(({ extensionId, name, state, text: why }) => (
              <li key={extensionId} title={`${safeName(extensionId)}\n${why}`}>
                <span class={`dot ${state}`} aria-hidden="true" />
                <span>
                  <bdi>{safeName(name)}</bdi>: <span class="quiet">{why}</span>
                </span>
              </li>
            ))}
          </ul>
          {mayNotAsk && (
            <p>
              {text('unrecorded_may_not_ask')}
              <button type="button" class="action" onClick={() => askForManagement(platform)}>
                {text(platform.permissions === null ? 'unrecorded_ask_in_tab' : 'unrecorded_ask')}
              </button>
            </p>
          )}
          <p class="quiet">
            <Sentence id="unrecorded_unknowable" parts={{ messaging: <code>messaging</code> }} />
          </p>
        </div>
      )}
    </section>
  );
}
