/** The detail pane's lists of facts: deliveries, a connection, a context. */

import type { ComponentChildren } from 'preact';
import { formatBytes, formatLatency, formatNoun, formatTime } from '../arithmetic/format.js';
import type { ConnectionDetail, ContextDetail, Detail, EndDetail } from '../worker-protocol.js';
import { FidelityNote } from './FidelityNote.js';

export function Deliveries({ detail }: { readonly detail: Detail }) {
  if (detail.row.flag === 'refused') return null;
  if (detail.deliveries.length === 0) {
    return (
      <p class="detail-empty">
        {detail.connection?.target?.application === undefined
          ? 'No delivery has been seen. The other end may not be instrumented, or the port closed before the message arrived.'
          : 'What happens in a native application cannot be seen.'}
      </p>
    );
  }
  return (
    <table class="facts-table">
      <thead>
        <tr>
          <th scope="col">Context</th>
          <th scope="col">Time</th>
          <th scope="col">Latency</th>
          <th scope="col">Listeners</th>
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
              <td colSpan={3}>not delivered yet</td>
            ) : (
              <>
                <td>{formatTime(delivery.at)}</td>
                <td>{formatLatency(delivery.latency)}</td>
                <td>
                  {delivery.listeners === 0
                    ? 'delivered, but nobody was listening'
                    : delivery.listeners}
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
        {end.api} at {formatTime(end.at)} · posted {end.posted}, received {end.delivered}
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
      <Fact name="Name">{connection.name === '' ? <i>none</i> : connection.name}</Fact>
      <Fact name="State">
        <span class={`dot ${connection.state}`} aria-hidden="true" /> {connection.state}
      </Fact>
      <Fact name="Opened by">
        {opener === null ? (
          <span class="quiet">an end that is not instrumented or has not reported yet</span>
        ) : (
          <End end={opener} />
        )}
      </Fact>
      <Fact name="Accepted by">
        {acceptors.length === 0 ? (
          <span class="quiet">{noAcceptorText(connection)}</span>
        ) : (
          acceptors.map((end, index) => <End key={index} end={end} />)
        )}
      </Fact>
      {target !== null && Object.keys(target).length > 0 && (
        <Fact name="Target">
          {Object.entries(target)
            .map(([key, value]) => `${key} ${value}`)
            .join(', ')}
        </Fact>
      )}
      <Fact name="Opened">{formatTime(connection.openedAt)}</Fact>
      {connection.closedAt !== null && (
        <Fact name="Closed">
          {formatTime(connection.closedAt)}
          {connection.closedBy !== note && <div>{connection.closedBy}</div>}
        </Fact>
      )}
      <Fact name="Traffic">
        {formatNoun(connection.messages, 'message')}, {formatBytes(connection.bytes)}
      </Fact>
    </dl>
  );
}

function noAcceptorText({ state, target }: ConnectionDetail): string {
  if (state === 'failed') return 'nobody';
  return target?.application === undefined
    ? 'nobody that has reported'
    : `the native application ${target.application}`;
}

export function ContextFacts({ context }: { readonly context: ContextDetail }) {
  return (
    <>
      <dl class="facts">
        <Fact name="Context">{context.label}</Fact>
        <Fact name="Extension">{context.extension}</Fact>
        <Fact name="URL">{context.url}</Fact>
        {context.tabId !== null && (
          <Fact name="Tab">
            {context.tabId}
            {context.frameId !== null && `, frame ${context.frameId}`}
          </Fact>
        )}
        {context.worldId !== null && (
          <Fact name="World">{context.worldId === '' ? 'default' : context.worldId}</Fact>
        )}
        <Fact name="Status">{context.status.text}</Fact>
        <Fact name="Started">{formatTime(context.startedAt)}</Fact>
        {context.disconnectedAt !== null && (
          <Fact name="Gone since">{formatTime(context.disconnectedAt)}</Fact>
        )}
        <Fact name="Vouched for by">
          {context.attestedBy === 'browser' ? 'the browser' : 'the extension that relayed it'}
        </Fact>
      </dl>
      {context.worldId !== null && (
        <FidelityNote>
          A user script can report only while its extension listens to user scripts.
        </FidelityNote>
      )}
    </>
  );
}
