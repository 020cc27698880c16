/** What became of a one-off message: who received it, what each listener did and when, who won. */

import { Fragment } from 'preact';
import { counted, text } from '../../src/texts/index.js';
import { formatLatency, formatTime } from '../arithmetic/format.js';
import type {
  ListenerDetail,
  ListenerStep,
  ReceiptDetail,
  RequestDetail,
} from '../worker-protocol.js';

export function RequestAccount({ request }: { readonly request: RequestDetail }) {
  const { api, from, target, sentAt, settledAt, receipts, state } = request;
  const named = Object.entries(target ?? {});
  return (
    <table class="facts-table account">
      <thead>
        <tr>
          <th scope="col">{text('request_account_who')}</th>
          <th scope="col">{text('request_account_after')}</th>
          <th scope="col">{text('request_account_what')}</th>
        </tr>
      </thead>
      <tbody>
        <tr class="account-end">
          <td>{from}</td>
          <td title={sentAt === null ? '' : formatTime(sentAt)}>
            {sentAt === null ? '' : text('request_account_call_time')}
          </td>
          <td>
            {sentAt === null
              ? text('request_account_not_recorded')
              : text('request_account_called', { call: `${api}()` })}
            {named.length > 0 && (
              <div class="quiet">{named.map(([key, value]) => `${key} ${value}`).join(', ')}</div>
            )}
          </td>
        </tr>
        {receipts.map((receipt, index) => (
          <Receipt key={index} receipt={receipt} />
        ))}
        {receipts.length === 0 && (
          <tr class={api === 'runtime.sendNativeMessage' ? '' : 'doubtful'}>
            <td colSpan={3}>{nobodyText(request)}</td>
          </tr>
        )}
        {settledAt !== null && (
          <tr class="account-end">
            <td>{from}</td>
            <td title={formatTime(settledAt)}>
              {sentAt === null ? '' : formatLatency(settledAt - sentAt)}
            </td>
            <td>{endText(state)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function nobodyText({ state, api }: RequestDetail): string {
  if (state === 'unheard') return text('request_account_unheard');
  return text(
    api === 'runtime.sendNativeMessage' ? 'request_account_native' : 'request_account_no_receiver',
  );
}

function endText(state: RequestDetail['state']): string {
  switch (state) {
    case 'replied':
      return text('request_account_replied');
    case 'unanswered':
      return text('request_account_unanswered');
    default:
      return text('request_account_failed');
  }
}

function Receipt({ receipt }: { readonly receipt: ReceiptDetail }) {
  const { context, url, api, at, latency, listeners, silent } = receipt;
  return (
    <>
      <tr class="account-receipt">
        <td title={url}>{context}</td>
        <td title={formatTime(at)}>{formatLatency(latency)}</td>
        <td>{text('request_account_received', { api })}</td>
      </tr>
      {listeners.map((listener) => (
        <Listener key={listener.listener} listener={listener} />
      ))}
      {silent > 0 && (
        <tr class="doubtful">
          <td class="account-listener">{counted('request_account_silent', silent)}</td>
          <td />
          <td>{text('request_account_silent_what')}</td>
        </tr>
      )}
    </>
  );
}

function Listener({ listener }: { readonly listener: ListenerDetail }) {
  return (
    <>
      {listener.steps.map((step, index) => (
        <tr key={index} class={listener.won ? 'account-won' : ''}>
          <td class="account-listener">
            {index === 0 && text('request_account_listener', { number: listener.listener })}
          </td>
          <td title={formatTime(step.at)}>{formatLatency(step.since)}</td>
          <td>
            <Step step={step} />
          </td>
        </tr>
      ))}
    </>
  );
}

const RACE_WORDS = {
  won: 'request_account_won',
  late: 'request_account_late',
  ignored: 'request_account_ignored',
} as const;

function Step({ step }: { readonly step: ListenerStep }) {
  return (
    <Fragment>
      {step.race !== null && (
        <span class={`badge ${step.race}`}>{text(RACE_WORDS[step.race])}</span>
      )}
      {step.text}
      {step.said !== null && (
        <div class={`account-said${step.isError ? ' error' : ''}`}>{step.said}</div>
      )}
    </Fragment>
  );
}
