/** Whether a port of a pod can be connected to. Source: pkg/probe/tcp/tcp.go. */
import { connect } from 'node:net';
import type { HandlerAction, HandlerResult } from '../runtime.ts';
import { failureWords } from './failure-words.ts';

type TcpAction = Extract<HandlerAction, { kind: 'tcpSocket' }>;

export function probeTcp(action: TcpAction, timeoutMs: number, signal: AbortSignal): Promise<HandlerResult> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve) => {
    const socket = connect({ host: action.host, port: action.port, signal: deadline });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ success: true, output: '' });
    });
    socket.once('error', (error) =>
      resolve({ success: false, output: failureWords(action, timeoutMs, error, deadline) }),
    );
  });
}
