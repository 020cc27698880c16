/** Everything about the selected row: payload, deliveries or account, call site, connection. */

import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import detailCss from '../styles/detail.css?inline';
import payloadCss from '../styles/payload.css?inline';
import { counted, text, type TextKey } from '../../src/texts/index.js';
import { formatBytes, formatLatency, formatMoment } from '../arithmetic/format.js';
import type { RecordingState } from '../state/recording.js';
import type { Detail } from '../worker-protocol.js';
import { Sites } from './CallSites.js';
import { ConnectionFacts, ContextFacts, Deliveries } from './DetailFacts.js';
import { FidelityNote } from './FidelityNote.js';
import { FindingNotes } from './FindingNotes.js';
import { NOTHING_SOUGHT } from './FindBox.js';
import { CloseButton } from './CloseButton.js';
import { Icon } from './Icon.js';
import { PayloadPane, type Look } from './PayloadPane.js';
import { PinNote } from './PinNote.js';
import { RequestAccount } from './RequestAccount.js';
import { RpcNote } from './RpcNote.js';

interface DetailPaneProps {
  readonly recording: RecordingState;
  readonly onCopy: (text: string) => void;
}

type Tab = 'payload' | 'reply' | 'account' | 'deliveries' | 'site' | 'connection' | 'context';

const TITLES: Record<Tab, TextKey> = {
  payload: 'payload',
  reply: 'detail_pane_reply',
  account: 'detail_pane_account',
  deliveries: 'detail_pane_deliveries',
  site: 'detail_pane_site',
  connection: 'detail_pane_connection',
  context: 'detail_pane_context',
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
  const pins = recording.pins.value;
  const [wanted, setWanted] = useState<Tab>('payload');
  const look = useSignal<Look>({ view: 'tree', find: NOTHING_SOUGHT });
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
    <section class="detail" aria-label={text('details')}>
      <style>{detailCss}</style>
      <style>{payloadCss}</style>
      <div class="detail-head">
        <div class="tabs" role="tablist" aria-label={text('details')} onKeyDown={onTabKey}>
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
              {text(name === 'payload' && detail?.request ? 'detail_pane_question' : TITLES[name])}
              {name === 'deliveries' && detail !== null && (
                <span class="tab-count">
                  {' '}
                  {detail.deliveries.filter((each) => each.at !== null).length}
                </span>
              )}
            </button>
          ))}
        </div>
        {detail !== null && (detail.row.kind === 'message' || detail.request !== null) && (
          <button
            type="button"
            class="tool pin"
            title={text('detail_pane_pin_title')}
            aria-label={text('detail_pane_pin')}
            aria-pressed={pins?.has(detail.row.key) === true}
            onClick={() => recording.pin()}
          >
            <Icon name="pin" />
          </button>
        )}
        <CloseButton label={text('detail_pane_close')} onClick={() => recording.closeDetail()} />
      </div>
      {detail === null ? (
        <p class="detail-empty">{text('detail_pane_nothing')}</p>
      ) : (
        <div
          id="detail-body"
          class="detail-body"
          role="tabpanel"
          aria-labelledby={`detail-tab-${tab}`}
        >
          {detail.findings !== undefined && (
            <FindingNotes findings={detail.findings} onCopy={onCopy} />
          )}
          {detail.note !== null && (
            <p class={`note ${detail.row.flag ?? detail.row.kind}`}>{detail.note}</p>
          )}
          {pins !== null && <PinNote pins={pins} rowKey={detail.row.key} />}
          {detail.rpc !== null && (
            <RpcNote rpc={detail.rpc} onGo={(key) => recording.select(null, key)} />
          )}
          {(tab === 'payload' || tab === 'reply') && (
            <PayloadPane
              key={`${tab} ${detail.row.key}`}
              {...{ recording, detail, part: tab, look, onCopy }}
            />
          )}
          {tab === 'account' && detail.request !== null && (
            <>
              <RequestAccount request={detail.request} />
              <FidelityNote>
                {text(
                  detail.request.state === 'failed' && detail.request.error === null
                    ? 'detail_pane_error_unread'
                    : 'detail_pane_microtask',
                )}
              </FidelityNote>
            </>
          )}
          {tab === 'deliveries' && <Deliveries detail={detail} />}
          {tab === 'site' && (
            <Sites key={detail.row.key} sites={detail.sites} {...{ recording, onCopy }} />
          )}
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
          {formatMoment(detail.row, recording.preferences.elapsed.value)}
          {detail.row.bytes !== null && ` · ${formatBytes(detail.row.bytes)}`}
          {detail.row.latency !== null &&
            ` · ${text(detail.request === null ? 'detail_pane_delivered' : 'detail_pane_settled', {
              latency: formatLatency(detail.row.latency),
            })}`}
          {detail.connection !== null &&
            ` · ${counted('detail_pane_on_connection', detail.connection.messages)}`}
        </p>
      )}
    </section>
  );
}
