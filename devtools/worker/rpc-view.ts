/** What a decoder knows about a row, as the panel shows it. */

import { decodeText, valueOfText } from '../../src/model/decoders/index.js';
import type { Exchanges } from '../../src/model/decoders/exchanges.js';
import { fieldsOf } from '../../src/model/decoders/decoder.js';
import type { Model } from '../../src/model/index.js';
import type { PayloadRef, Row } from '../../src/model/types.js';
import type { RowView, RpcDetail } from '../worker-protocol.js';

type Recording = Pick<Model, 'rows' | 'messages' | 'payloadText'>;

/**
 * @param index of the row in the recording
 * @returns the row with the answer to its call, or with what it answers
 */
export function withExchange(
  view: RowView,
  index: number,
  recording: Recording,
  exchanges: Exchanges,
): RowView {
  const exchange = exchanges.at(index, recording);
  if (exchange === null) return view;
  const { decoded, other, method } = exchange;
  if (decoded.role === 'response') return { ...view, answerTo: method ?? '' };
  return other === null ? view : { ...view, outcome: other.preview ?? '' };
}

/**
 * @param index of the row in the recording
 * @returns what a decoder says of it; null when none knows it
 */
export function viewRpc(
  index: number,
  recording: Recording,
  exchanges: Exchanges,
): RpcDetail | null {
  const row = recording.rows.at(index);
  if (row?.kind === 'request') return viewOneOff(row.request, recording);
  const exchange = exchanges.at(index, recording);
  if (exchange === null) return null;
  const { decoded, other, after, method, failed } = exchange;
  return {
    protocol: decoded.decoder.name,
    role: decoded.role,
    method,
    failed,
    other: other === null ? null : { key: `message ${other.key}`, after },
  };
}

/** The browser has paired question and reply already. */
function viewOneOff(
  { payload, reply }: Extract<Row, { kind: 'request' }>['request'],
  recording: Recording,
): RpcDetail | null {
  const textOf = (ref: PayloadRef): string => recording.payloadText(ref) ?? '';
  const decoded = payload === null ? null : decodeText(payload.form, textOf(payload));
  if (decoded === null) return null;
  const said =
    reply === null ? null : fieldsOf(valueOfText(reply.payload.form, textOf(reply.payload)));
  return {
    protocol: decoded.decoder.name,
    role: decoded.role,
    method: decoded.method,
    failed: said !== null && (decoded.decoder.failedReply?.(said) ?? false),
    other: null,
  };
}
