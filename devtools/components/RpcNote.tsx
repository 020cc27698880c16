/** What a decoder knows of the message: whose envelope it is, what is called, and its other half. */

import { text, type TextKey } from '../../src/texts/index.js';
import { formatLatency } from '../arithmetic/format.js';
import type { RpcDetail } from '../worker-protocol.js';
import { Sentence } from './Sentence.js';

interface RpcNoteProps {
  readonly rpc: RpcDetail;
  readonly onGo: (key: string) => void;
}

export function RpcNote({ rpc, onGo }: RpcNoteProps) {
  const { protocol, role, failed, other } = rpc;
  return (
    <p class={`rpc${failed ? ' failed' : ''}`}>
      <span class="rpc-protocol">{protocol}</span>
      <span class="rpc-words">
        <Sentence
          id={sentenceOf(rpc)}
          parts={{
            method: <code>{rpc.method ?? text('rpc_unnamed')}</code>,
            time: formatLatency(other?.after ?? null),
          }}
        />
      </span>
      {other !== null && (
        <button type="button" class="text-button" onClick={() => onGo(other.key)}>
          {text(role === 'request' ? 'rpc_go_answer' : 'rpc_go_call')}
        </button>
      )}
    </p>
  );
}

function sentenceOf({ role, failed, other }: RpcDetail): TextKey {
  switch (role) {
    case 'notice':
      return 'rpc_notice';
    case 'request':
      if (other !== null) return failed ? 'rpc_call_failed' : 'rpc_call_answered';
      return failed ? 'rpc_call_error' : 'rpc_call';
    case 'response':
      if (other !== null) return failed ? 'rpc_error_after' : 'rpc_answer_after';
      return failed ? 'rpc_error' : 'rpc_answer';
  }
}
