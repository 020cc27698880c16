/**
 * The part of a drawing that is about one-off messages:
 *
 *     100 cs asks 1 {"type":"hi"}               also: via tabs.sendMessage tab=1 frame=0 extension=other@x,
 *                                               via runtime.sendNativeMessage app=org.example.app
 *     101 bg hears 1 from cs {"type":"hi"}      also: `listeners=2`, `via onMessageExternal`
 *     101 bg returns 1 1 true                   receipt, listener; also: nothing, promise, threw "an error"
 *     102 bg answers 1 1 sendResponse {"ok":1}  also: promise
 *     102 bg rejects 1 1 "an error"
 *     103 cs replied 1 {"ok":1}
 *     103 cs failed 1 "an error"                without the error: nobody read it
 *
 * A payload is JSON to the end of the line, or `rich …`, `unreadable …`; without one it is `undefined`.
 */

import type {
  PayloadForm,
  PortholeEvent,
  ReceiveApi,
  SendApi,
  SendTarget,
  StoredContext,
} from '../../../src/protocol/index.js';
import type { Model } from '../../../src/model/index.js';
import type { Request } from '../../../src/model/types.js';
import { senderOf, short } from './contexts.js';

/** @returns the event that the line draws and its payload text, or null when it is about something else */
export function drawRequest(
  line: string,
  contexts: ReadonlyMap<string, StoredContext>,
): { readonly event: PortholeEvent; readonly payload: string } | null {
  const { head, form, payload } = split(line);
  const words = head.split(/\s+/);
  const [time, , verb = '', number] = words;
  const at = Number(time);
  const id = Number(number);
  const option = (name: string): string | undefined =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const via = words.includes('via') ? words[words.indexOf('via') + 1] : undefined;
  const quoted = /"([^"]*)"$/.exec(head)?.[1] ?? null;
  const reference = [form, Buffer.byteLength(payload), 0, payload.length] as const;
  switch (verb) {
    case 'asks': {
      const tab = option('tab');
      const frame = option('frame');
      const extensionId = option('extension');
      const application = option('app');
      const target: SendTarget = {
        ...(extensionId === undefined ? {} : { extensionId }),
        ...(tab === undefined ? {} : { tabId: Number(tab) }),
        ...(frame === undefined ? {} : { frameId: Number(frame) }),
        ...(application === undefined ? {} : { application }),
      };
      const api = (via ?? 'runtime.sendMessage') as SendApi;
      return { event: ['sent', id, at, api, target, 0, ...reference], payload };
    }
    case 'hears': {
      const from = contexts.get(words[words.indexOf('from') + 1] ?? '');
      if (from === undefined) throw new Error(`whose message? ${line}`);
      const usual = from.kind === 'user-script' ? 'onUserScriptMessage' : 'onMessage';
      const api = `runtime.${via ?? usual}` as ReceiveApi;
      const listeners = Number(option('listeners') ?? 1);
      return {
        event: ['received', id, at, api, senderOf(from), listeners, ...reference],
        payload,
      };
    }
    case 'returns':
      return {
        event: ['returned', id, at, Number(words[4]), words[5] as 'nothing', quoted],
        payload: '',
      };
    case 'answers':
      return {
        event: ['answered', id, at, Number(words[4]), words[5] as 'promise', ...reference],
        payload,
      };
    case 'rejects':
      return { event: ['rejected', id, at, Number(words[4]), quoted ?? ''], payload: '' };
    case 'replied':
      return { event: ['replied', id, at, ...reference], payload };
    case 'failed':
      return { event: ['failed', id, at, quoted], payload: '' };
    default:
      return null;
  }
}

/** The payload begins where a word does that opens JSON, or with `rich` or `unreadable`. */
function split(line: string): { head: string; form: PayloadForm; payload: string } {
  const found = /^(.*?) (?:(rich|unreadable) (.*)|([[{].*))$/.exec(line);
  if (found === null) return { head: line, form: 'rich', payload: '-1' };
  const [, head = '', form, other, json = ''] = found;
  if (form === undefined) return { head, form: 'json', payload: json };
  return { head, form: form as PayloadForm, payload: other ?? '' };
}

/**
 * Tells a model's requests in order of time, each as `cs?1 {"n":1} → bg@1, popup@2 ⇒ replied {"ok":1} by bg@1/1`,
 * with unknown parts left out.
 */
export function tellRequests(model: Model): string[] {
  return [...model.rows].flatMap((row) =>
    row.kind === 'request' ? [tellRequest(row.request, model)] : [],
  );
}

function tellRequest(request: Request, model: Model): string {
  const { key, payload, receipts, state, reply, error, winner, from, sentAt } = request;
  const asker = from === null ? '?' : sentAt === null ? `(${short(key)})` : short(key);
  const text = payload === null ? '' : ` ${model.payloadText(payload)}`;
  const heard = receipts.map((receipt) => short(receipt.key)).join(', ') || 'nobody';
  const answer = reply === null ? '' : ` ${model.payloadText(reply.payload)}`;
  const by = winner === null ? '' : ` by ${short(winner.receipt)}/${winner.listener}`;
  const why = error === null ? '' : ` (${error})`;
  return `${asker}${text} → ${heard} ⇒ ${state}${answer}${why}${by}`;
}
