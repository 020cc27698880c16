/** The Playground: two classic examples and an editor, run in the inspected tab in Porthole's own worlds. */

import type { ComponentChildren } from 'preact';
import type { PlaygroundPermission, PlaygroundRun } from '../../src/protocol/index.js';
import css from '../styles/playground.css?inline';
import type { Outcome, PlaygroundState } from '../state/playground.js';
import { CloseButton } from './CloseButton.js';

const ASKED: Record<PlaygroundPermission, string> = {
  pages: 'Access your data for all websites',
  userScripts: 'Allow unverified third-party scripts to access your data',
};

interface PlaygroundProps {
  readonly playground: PlaygroundState;
  readonly onClose: () => void;
}

export function Playground({ playground, onClose }: PlaygroundProps) {
  const { code, post, outcome, tabId } = playground;
  const runCode = () => playground.run({ example: 'code', code: code.value });
  return (
    <section class="playground" aria-label="Playground">
      <style>{css}</style>
      <div class="playground-head">
        <h2>Playground</h2>
        <CloseButton label="Close the Playground" onClick={onClose} />
      </div>
      {tabId === null ? (
        <p class="note gap">
          This page belongs to no tab. Open Porthole in the toolbox of the page you want to run
          examples in: press F12 there and choose Porthole.
        </p>
      ) : (
        <>
          <Result playground={playground} outcome={outcome.value} onClose={onClose} />
          <div class="choices">
            <Choice
              playground={playground}
              run={{ example: 'content-script' }}
              title="Content script"
            >
              Connects with the name <code>port-from-cs</code>, greets, logs what comes back, and
              posts when you click the page.
            </Choice>
            <Choice playground={playground} run={{ example: 'user-script' }} title="User script">
              The same from a user script world, with the name <code>port-from-us</code>.
            </Choice>
          </div>
          <div class="choice wide">
            <h3 id="own-script">Your own user script</h3>
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
                Run
              </button>
              <span class="quiet">Ctrl+Enter runs it.</span>
            </p>
          </div>
          <form
            class="choice wide post"
            onSubmit={(event) => {
              event.preventDefault();
              playground.postToPorts();
            }}
          >
            <label for="post-text">Post from the background to the examples’ open ports</label>
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
                Post
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
  readonly children: ComponentChildren;
}

function Choice({ playground, run, title, children }: ChoiceProps) {
  return (
    <div class="choice">
      <h3>{title}</h3>
      <p>{children}</p>
      <button type="button" class="action" onClick={() => playground.run(run)}>
        Run the {title.toLowerCase()}
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
      return (
        <p class="quiet">
          Examples run in the inspected tab, in Porthole’s own worlds; their traffic appears in the
          table.
        </p>
      );
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
                Show the traffic
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
      <p>{needsText(ASKED[permission], canAsk, refused)}</p>
      <p class="actions">
        {!canAsk && (
          <button type="button" class="action" onClick={() => playground.openInTab()}>
            Open in a tab
          </button>
        )}
        <button type="button" class="action" onClick={() => playground.run(run)}>
          {canAsk ? (refused ? 'Ask again' : 'Allow and run') : 'Try again'}
        </button>
      </p>
      <p class="quiet">
        It can also be given, and taken back, in about:addons → Porthole → Permissions. Porthole
        uses it for the Playground alone.
      </p>
    </div>
  );
}

function needsText(name: string, canAsk: boolean, refused: boolean): string {
  if (!canAsk) {
    return `Porthole needs your permission “${name}” to run this example, and Firefox does not let a toolbox panel ask. Open Porthole in a tab, run the example there and allow it; after that it runs from here too.`;
  }
  return refused
    ? `Without the permission “${name}” Porthole cannot run this example.`
    : `One more permission is needed: “${name}”. Firefox asks for it separately.`;
}
