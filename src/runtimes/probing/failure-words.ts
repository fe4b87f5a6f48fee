/** Why a connection came to nothing, in the words of Go's dialers. */
import type { HandlerAction } from '../runtime.ts';
import { refused, timedOut } from './probe-words.ts';

type Network = Exclude<HandlerAction, { kind: 'exec' }>;

const GO: Readonly<Record<string, string>> = {
  ECONNRESET: 'read: connection reset by peer',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
};

export function failureWords(
  action: Network,
  timeoutMs: number,
  error: Error & { code?: string },
  deadline: AbortSignal,
): string {
  if (deadline.aborted) {
    return timedOut(action, timeoutMs);
  }
  const words = refused(action, timeoutMs);
  return error.code === 'ECONNREFUSED' || action.kind === 'grpc'
    ? words
    : words.replace('connect: connection refused', GO[error.code ?? ''] ?? error.message);
}
