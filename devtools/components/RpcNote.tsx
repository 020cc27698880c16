/** What a decoder knows of the message: whose envelope it is, what is called, and its other half. */

import { formatLatency } from '../arithmetic/format.js';
import type { RpcDetail } from '../worker-protocol.js';

interface RpcNoteProps {
  readonly rpc: RpcDetail;
  readonly onGo: (key: string) => void;
}

export function RpcNote({ rpc, onGo }: RpcNoteProps) {
  const { protocol, role, failed, other } = rpc;
  const method = <code>{rpc.method ?? 'something'}</code>;
  return (
    <p class={`rpc${failed ? ' failed' : ''}`}>
      <span class="rpc-protocol">{protocol}</span>
      <span class="rpc-words">
        {role === 'notice' && <>notice {method}</>}
        {role === 'request' && (
          <>
            call of {method}
            {other !== null && (
              <>
                , {failed ? 'failed' : 'answered'} after {formatLatency(other.after)}
              </>
            )}
            {other === null && failed && ', answered with an error'}
          </>
        )}
        {role === 'response' && (
          <>
            {failed ? 'error' : 'answer'} to {method}
            {other !== null && <>, {formatLatency(other.after)} after the call</>}
          </>
        )}
      </span>
      {other !== null && (
        <button type="button" class="text-button" onClick={() => onGo(other.key)}>
          Go to the {role === 'request' ? 'answer' : 'call'}
        </button>
      )}
    </p>
  );
}
