/** Everything about the selected row: payload, deliveries or account, call site, connection. */

import { useMemo, useState } from 'preact/hooks';
import { formatBytes, formatLatency, formatNoun, formatTime } from '../arithmetic/format.js';
import { pasteable, readPayload } from '../state/payload.js';
import type { RecordingState } from '../state/recording.js';
import type { Detail, PayloadDetail } from '../worker-protocol.js';
import { Sites } from './CallSites.js';
import { ConnectionFacts, ContextFacts, Deliveries } from './DetailFacts.js';
import { FidelityNote } from './FidelityNote.js';
import { Icon } from './Icon.js';
import { PayloadTree } from './PayloadTree.js';
import { RequestAccount } from './RequestAccount.js';

interface DetailPaneProps {
  readonly recording: RecordingState;
  readonly onCopy: (text: string) => void;
}

type Tab = 'payload' | 'reply' | 'account' | 'deliveries' | 'site' | 'connection' | 'context';

const TITLES: Record<Tab, string> = {
  payload: 'Payload',
  reply: 'Reply',
  account: 'Account',
  deliveries: 'Deliveries',
  site: 'Call site',
  connection: 'Connection',
  context: 'Context',
};

function tabsOf(detail: Detail): Tab[] {
  const message = detail.row.kind === 'message';
  const tabs: Tab[] = [];
  if (message) tabs.push('payload', 'deliveries');
  if (detail.request !== null) {
    tabs.push('payload');
    if (detail.request.replyAt !== null) tabs.push('reply');
    tabs.push('account');
  }
  if (detail.connection !== null) tabs.push('connection');
  if (detail.context !== null) tabs.push('context');
  if (message || detail.request !== null || detail.sites.length > 0) tabs.push('site');
  return tabs;
}

export function DetailPane({ recording, onCopy }: DetailPaneProps) {
  const detail = recording.detail.value;
  const [wanted, setWanted] = useState<Tab>('payload');
  const tabs = detail === null ? [] : tabsOf(detail);
  const tab = tabs.includes(wanted) ? wanted : tabs[0];

  function onTabKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0 || tab === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    setWanted(next);
    document.getElementById(`detail-tab-${next}`)?.focus();
  }

  return (
    <section class="detail" aria-label="Details">
      <div class="detail-head">
        <div class="tabs" role="tablist" aria-label="Details" onKeyDown={onTabKey}>
          {tabs.map((name) => (
            <button
              key={name}
              id={`detail-tab-${name}`}
              type="button"
              class="tab"
              role="tab"
              aria-selected={name === tab}
              aria-controls="detail-body"
              tabIndex={name === tab ? 0 : -1}
              onClick={() => setWanted(name)}
            >
              {name === 'payload' && detail?.request ? 'Question' : TITLES[name]}
              {name === 'deliveries' && detail !== null && (
                <span class="tab-count">
                  {' '}
                  {detail.deliveries.filter((each) => each.at !== null).length}
                </span>
              )}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="tool"
          title="Close (Esc)"
          aria-label="Close details"
          onClick={() => recording.closeDetail()}
        >
          <Icon name="close" />
        </button>
      </div>
      {detail === null ? (
        <p class="detail-empty">Select a row to see its payload, deliveries and call site.</p>
      ) : (
        <div
          id="detail-body"
          class="detail-body"
          role="tabpanel"
          aria-labelledby={`detail-tab-${tab}`}
        >
          {detail.note !== null && (
            <p class={`note ${detail.row.flag ?? detail.row.kind}`}>{detail.note}</p>
          )}
          {tab === 'payload' && (
            <Payload key={detail.row.key} payload={detail.payload} onCopy={onCopy} />
          )}
          {tab === 'reply' && detail.request !== null && (
            <Payload
              key={`reply to ${detail.row.key}`}
              payload={detail.request.reply}
              onCopy={onCopy}
            />
          )}
          {tab === 'account' && detail.request !== null && (
            <>
              <RequestAccount request={detail.request} />
              <FidelityNote>
                {detail.request.state === 'failed' && detail.request.error === null
                  ? 'Porthole does not read the error in the extension’s place: Firefox’s warning would be gone.'
                  : 'While recording, the extension’s promise settles one microtask later than Firefox’s.'}
              </FidelityNote>
            </>
          )}
          {tab === 'deliveries' && <Deliveries detail={detail} />}
          {tab === 'site' && <Sites sites={detail.sites} recording={recording} onCopy={onCopy} />}
          {tab === 'connection' && detail.connection !== null && (
            <ConnectionFacts connection={detail.connection} note={detail.note} />
          )}
          {tab === 'context' && detail.context !== null && (
            <ContextFacts context={detail.context} />
          )}
        </div>
      )}
      {detail !== null && (
        <p class="detail-foot">
          {formatTime(detail.row.at)}
          {detail.row.bytes !== null && ` · ${formatBytes(detail.row.bytes)}`}
          {detail.row.latency !== null &&
            ` · ${detail.request === null ? 'delivered' : 'settled'} in ${formatLatency(detail.row.latency)}`}
          {detail.connection !== null &&
            ` · ${formatNoun(detail.connection.messages, 'message')} on this connection`}
        </p>
      )}
    </section>
  );
}

interface PayloadProps {
  readonly payload: PayloadDetail | null;
  readonly onCopy: (text: string) => void;
}

function Payload({ payload, onCopy }: PayloadProps) {
  const read = useMemo(() => (payload === null ? null : readPayload(payload)), [payload]);
  if (payload === null || read === null) return <p class="detail-empty">Reading the payload…</p>;
  switch (read.kind) {
    case 'value':
      return (
        <div class="payload">
          <div class="payload-bar">
            <button
              type="button"
              class="text-button"
              title={
                read.rich
                  ? 'JSON cannot say this value, so it is copied as a JavaScript expression'
                  : 'Copy the whole payload'
              }
              onClick={() => onCopy(pasteable(read.value, read.rich))}
            >
              <Icon name="copy" />
              {read.rich ? 'Copy as JavaScript' : 'Copy as JSON'}
            </button>
          </div>
          <PayloadTree value={read.value} onCopy={(value) => onCopy(pasteable(value, read.rich))} />
        </div>
      );
    case 'preview':
      return (
        <div class="payload">
          <p class="note gap">
            Only the first {formatNoun(read.text.length, 'character')} of{' '}
            {formatBytes(payload.bytes)} were kept: the payload is too long to store whole.
          </p>
          <div class="payload-bar">
            <button type="button" class="text-button" onClick={() => onCopy(read.text)}>
              <Icon name="copy" />
              Copy this part
            </button>
          </div>
          <pre class="payload-text" tabIndex={0}>
            {read.text}
            {'\n'}… cut here
          </pre>
        </div>
      );
    case 'unreadable':
      return <p class="note gap">No payload: {read.reason}</p>;
  }
}
