/** The detail pane's lists of facts: deliveries, a connection, a context. */

import type { ComponentChildren } from 'preact';
import { counted, text } from '../../src/texts/index.js';
import { formatBytes, formatLatency, formatTime } from '../arithmetic/format.js';
import type { ConnectionDetail, ContextDetail, Detail, EndDetail } from '../worker-protocol.js';
import { FidelityNote } from './FidelityNote.js';

const STATES = {
  open: 'sidebar_open',
  closed: 'sidebar_closed',
  failed: 'sidebar_failed',
} as const;

export function Deliveries({ detail }: { readonly detail: Detail }) {
  if (detail.row.flag === 'refused') return null;
  if (detail.deliveries.length === 0) {
    return (
      <p class="detail-empty">
        {text(
          detail.arrivalMuted === true
            ? 'muted_arrival'
            : detail.connection?.target?.application === undefined
              ? 'detail_facts_none_seen'
              : 'request_account_native',
        )}
      </p>
    );
  }
  return (
    <table class="facts-table">
      <thead>
        <tr>
          <th scope="col">{text('detail_facts_context')}</th>
          <th scope="col">{text('detail_facts_time')}</th>
          <th scope="col">{text('detail_facts_latency')}</th>
          <th scope="col">{text('detail_facts_listeners')}</th>
        </tr>
      </thead>
      <tbody>
        {detail.deliveries.map((delivery, index) => (
          <tr
            key={index}
            class={delivery.at === null || delivery.listeners === 0 ? 'doubtful' : ''}
          >
            <td>{delivery.context}</td>
            {delivery.at === null ? (
              <td colSpan={3}>{text('detail_facts_not_delivered')}</td>
            ) : (
              <>
                <td>{formatTime(delivery.at)}</td>
                <td>{formatLatency(delivery.latency)}</td>
                <td>
                  {delivery.listeners === 0 ? text('detail_facts_unheard') : delivery.listeners}
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function End({ end }: { readonly end: EndDetail }) {
  return (
    <div class="end">
      <div>{end.context}</div>
      <div class="quiet">{end.url}</div>
      <div class="quiet">
        {text('detail_facts_end', {
          api: end.api,
          time: formatTime(end.at),
          posted: end.posted,
          delivered: end.delivered,
        })}
      </div>
    </div>
  );
}

interface ConnectionFactsProps {
  readonly connection: ConnectionDetail;
  /** What stands above already and need not be said again. */
  readonly note: string | null;
}

export function ConnectionFacts({ connection, note }: ConnectionFactsProps) {
  const { opener, acceptors, target } = connection;
  return (
    <dl class="facts">
      <Fact name={text('detail_facts_name')}>
        {connection.name === '' ? <i>{text('detail_facts_no_name')}</i> : connection.name}
      </Fact>
      <Fact name={text('detail_facts_state')}>
        <span class={`dot ${connection.state}`} aria-hidden="true" />{' '}
        {text(STATES[connection.state])}
      </Fact>
      <Fact name={text('detail_facts_opened_by')}>
        {opener === null ? (
          <span class="quiet">{text('detail_facts_no_opener')}</span>
        ) : (
          <End end={opener} />
        )}
      </Fact>
      <Fact name={text('detail_facts_accepted_by')}>
        {acceptors.length === 0 ? (
          <span class="quiet">{noAcceptorText(connection)}</span>
        ) : (
          acceptors.map((end, index) => <End key={index} end={end} />)
        )}
      </Fact>
      {target !== null && Object.keys(target).length > 0 && (
        <Fact name={text('detail_facts_target')}>
          {Object.entries(target)
            .map(([key, value]) => `${key} ${value}`)
            .join(', ')}
        </Fact>
      )}
      <Fact name={text('detail_facts_opened')}>{formatTime(connection.openedAt)}</Fact>
      {connection.closedAt !== null && (
        <Fact name={text('detail_facts_closed_at')}>
          {formatTime(connection.closedAt)}
          {connection.closedBy !== note && <div>{connection.closedBy}</div>}
        </Fact>
      )}
      <Fact name={text('detail_facts_traffic')}>
        {counted('message', connection.messages)}, {formatBytes(connection.bytes)}
      </Fact>
    </dl>
  );
}

function noAcceptorText({ state, target }: ConnectionDetail): string {
  if (state === 'failed') return text('detail_facts_nobody');
  return target?.application === undefined
    ? text('detail_facts_none_reported')
    : text('detail_facts_application', { name: target.application });
}

export function ContextFacts({ context }: { readonly context: ContextDetail }) {
  return (
    <>
      <dl class="facts">
        <Fact name={text('detail_facts_context')}>{context.label}</Fact>
        <Fact name={text('detail_facts_extension')}>{context.extension}</Fact>
        <Fact name={text('detail_facts_url')}>{context.url}</Fact>
        {context.tabId !== null && (
          <Fact name={text('detail_facts_tab')}>
            {context.frameId === null
              ? context.tabId
              : text('detail_facts_tab_frame', { tab: context.tabId, frame: context.frameId })}
          </Fact>
        )}
        {context.worldId !== null && (
          <Fact name={text('detail_facts_world')}>
            {context.worldId === '' ? text('detail_facts_default_world') : context.worldId}
          </Fact>
        )}
        <Fact name={text('detail_facts_status')}>{context.status.text}</Fact>
        <Fact name={text('detail_facts_started')}>{formatTime(context.startedAt)}</Fact>
        {context.disconnectedAt !== null && (
          <Fact name={text('detail_facts_gone_since')}>{formatTime(context.disconnectedAt)}</Fact>
        )}
        <Fact name={text('detail_facts_vouched')}>
          {text(
            context.attestedBy === 'browser'
              ? 'detail_facts_by_browser'
              : 'detail_facts_by_extension',
          )}
        </Fact>
      </dl>
      {context.worldId !== null && <FidelityNote>{text('detail_facts_user_script')}</FidelityNote>}
    </>
  );
}
