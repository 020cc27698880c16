/** The Playground: two classic examples and an editor, run in the inspected tab in Porthole's own worlds. */

import type { ComponentChildren } from 'preact';
import { text, type TextKey } from '../../src/texts/index.js';
import type { PlaygroundPermission, PlaygroundRun } from '../../src/protocol/index.js';
import css from '../styles/playground.css?inline';
import type { Outcome, PlaygroundState } from '../state/playground.js';
import { CloseButton } from './CloseButton.js';
import { Sentence } from './Sentence.js';

const ASKED = {
  pages: 'playground_pages',
  userScripts: 'playground_user_scripts',
} as const satisfies Record<PlaygroundPermission, TextKey>;

interface PlaygroundProps {
  readonly playground: PlaygroundState;
  readonly onClose: () => void;
}

export function Playground({ playground, onClose }: PlaygroundProps) {
  const { code, post, outcome, tabId } = playground;
  const runCode = () => playground.run({ example: 'code', code: code.value });
  return (
    <section class="playground" aria-label={text('playground')}>
      <style>{css}</style>
      <div class="playground-head">
        <h2>{text('playground')}</h2>
        <CloseButton label={text('playground_close')} onClick={onClose} />
      </div>
      {tabId === null ? (
        <p class="note gap">{text('playground_no_tab')}</p>
      ) : (
        <>
          <Result playground={playground} outcome={outcome.value} onClose={onClose} />
          <div class="choices">
            <Choice
              playground={playground}
              run={{ example: 'content-script' }}
              title={text('playground_content_script')}
              action={text('playground_content_script_run')}
            >
              <Sentence
                id="playground_content_script_body"
                parts={{ name: <code>port-from-cs</code> }}
              />
            </Choice>
            <Choice
              playground={playground}
              run={{ example: 'user-script' }}
              title={text('playground_user_script')}
              action={text('playground_user_script_run')}
            >
              <Sentence
                id="playground_user_script_body"
                parts={{ name: <code>port-from-us</code> }}
              />
            </Choice>
          </div>
          <div class="choice wide">
            <h3 id="own-script">{text('playground_own')}</h3>
            <textarea
              aria-labelledby="own-script"
              spellcheck={false}
              value={code.value}
              onInput={(event) => playground.setCode(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                runCode();
              }}
            />
            <p class="actions">
              <button type="button" class="action" onClick={runCode}>
                {text('playground_run')}
              </button>
              <span class="quiet">{text('playground_run_key')}</span>
            </p>
          </div>
          <form
            class="choice wide post"
            onSubmit={(event) => {
              event.preventDefault();
              playground.postToPorts();
            }}
          >
            <label for="post-text">{text('playground_post_label')}</label>
            <p class="actions">
              <input
                id="post-text"
                type="text"
                value={post.value}
                onInput={(event) => {
                  post.value = event.currentTarget.value;
                }}
              />
              <button type="submit" class="action">
                {text('playground_post')}
              </button>
            </p>
          </form>
        </>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly playground: PlaygroundState;
  readonly run: PlaygroundRun;
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  readonly children: ComponentChildren;
}

function Choice({ playground, run, title, action, children }: ChoiceProps) {
  return (
    <div class="choice">
      <h3>{title}</h3>
      <p>{children}</p>
      <button type="button" class="action" onClick={() => playground.run(run)}>
        {action}
      </button>
    </div>
  );
}

interface ResultProps {
  readonly playground: PlaygroundState;
  readonly outcome: Outcome;
  readonly onClose: () => void;
}

function Result({ playground, outcome, onClose }: ResultProps) {
  switch (outcome.kind) {
    case 'idle':
      return <p class="quiet">{text('playground_idle')}</p>;
    case 'running':
      return (
        <p class="note" role="status">
          {outcome.what}…
        </p>
      );
    case 'done':
      return (
        <div class={`note ${outcome.ok ? 'good' : 'refused'}`} role="status">
          <p>{outcome.message}</p>
          {outcome.ok && (
            <p>
              <button type="button" class="action" onClick={onClose}>
                {text('playground_show')}
              </button>
            </p>
          )}
        </div>
      );
    case 'needs':
      return <Needs playground={playground} outcome={outcome} />;
  }
}

interface NeedsProps {
  readonly playground: PlaygroundState;
  readonly outcome: Extract<Outcome, { kind: 'needs' }>;
}

function Needs({ playground, outcome }: NeedsProps) {
  const { permission, refused, run } = outcome;
  const { canAsk } = playground;
  return (
    <div class="note gap" role="alert">
      <p>{needsText(text(ASKED[permission]), canAsk, refused)}</p>
      <p class="actions">
        {!canAsk && (
          <button type="button" class="action" onClick={() => playground.openInTab()}>
            {text('playground_open_in_tab')}
          </button>
        )}
        <button type="button" class="action" onClick={() => playground.run(run)}>
          {canAsk ? text(refused ? 'playground_ask_again' : 'playground_allow') : text('try_again')}
        </button>
      </p>
      <p class="quiet">{text('playground_permission_hint')}</p>
    </div>
  );
}

function needsText(permission: string, canAsk: boolean, refused: boolean): string {
  if (!canAsk) return text('playground_cannot_ask', { permission });
  return text(refused ? 'playground_permission_refused' : 'playground_permission_needed', {
    permission,
  });
}
