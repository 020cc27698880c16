/** What became of a one-shot message: who received it, what each listener did and when, who won. */

import { Fragment } from 'preact';
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
          <th scope="col">Who</th>
          <th scope="col">After</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        <tr class="account-end">
          <td>{from}</td>
          <td title={sentAt === null ? '' : formatTime(sentAt)}>{sentAt === null ? '' : '0 ms'}</td>
          <td>
            {sentAt === null ? 'The call was not recorded.' : `called ${api}()`}
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
  if (state === 'unheard') return 'No context was listening.';
  return api === 'runtime.sendNativeMessage'
    ? 'What happens in a native application cannot be seen.'
    : 'No receiver has reported: it is not instrumented, or nobody listened.';
}

function endText(state: RequestDetail['state']): string {
  switch (state) {
    case 'replied':
      return 'got the reply';
    case 'unanswered':
      return 'got undefined: nobody answered';
    default:
      return 'got an error';
  }
}

function Receipt({ receipt }: { readonly receipt: ReceiptDetail }) {
  const { context, url, api, at, latency, listeners, silent } = receipt;
  return (
    <>
      <tr class="account-receipt">
        <td title={url}>{context}</td>
        <td title={formatTime(at)}>{formatLatency(latency)}</td>
        <td>received by {api}</td>
      </tr>
      {listeners.map((listener) => (
        <Listener key={listener.listener} listener={listener} />
      ))}
      {silent > 0 && (
        <tr class="doubtful">
          <td class="account-listener">{silent === 1 ? '1 listener' : `${silent} listeners`}</td>
          <td />
          <td>not reported to have been called</td>
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
          <td class="account-listener">{index === 0 && `listener ${listener.listener}`}</td>
          <td title={formatTime(step.at)}>{formatLatency(step.since)}</td>
          <td>
            <Step step={step} />
          </td>
        </tr>
      ))}
    </>
  );
}

const RACE_WORDS = { won: 'won', late: 'too late', ignored: 'ignored' } as const;

function Step({ step }: { readonly step: ListenerStep }) {
  return (
    <Fragment>
      {step.race !== null && <span class={`badge ${step.race}`}>{RACE_WORDS[step.race]}</span>}
      {step.text}
      {step.said !== null && (
        <div class={`account-said${step.isError ? ' error' : ''}`}>{step.said}</div>
      )}
    </Fragment>
  );
}
