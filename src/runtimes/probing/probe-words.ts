/** What a probe says that fails, in the words of Go's dialers and the kubelet's probers. Pure. Source: pkg/probe, 1.34. */
import type { HandlerAction } from '../runtime.ts';

type Network = Exclude<HandlerAction, { kind: 'exec' }>;

const addressOf = ({ host, port }: Network): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
export const urlOf = (action: Extract<Network, { kind: 'httpGet' }>): string =>
  `${action.scheme}://${addressOf(action)}${action.path.startsWith('/') ? '' : '/'}${action.path}`;
const seconds = (ms: number): string => `${ms / 1_000}s`;

/** Nothing listens on the port. */
export function refused(action: Network, timeoutMs: number): string {
  const why = `dial tcp ${addressOf(action)}: connect: connection refused`;
  switch (action.kind) {
    case 'httpGet':
      return `Get "${urlOf(action)}": ${why}`;
    case 'tcpSocket':
      return why;
    case 'grpc':
      return `timeout: failed to connect service "${addressOf(action)}" within ${seconds(timeoutMs)}: context deadline exceeded`;
  }
}

export function timedOut(action: HandlerAction, timeoutMs: number): string {
  switch (action.kind) {
    case 'exec':
      return `command timed out: "${action.command.join(' ')}" timed out after ${seconds(timeoutMs)}`;
    case 'httpGet':
      return `Get "${urlOf(action)}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    case 'tcpSocket':
      return `dial tcp ${addressOf(action)}: i/o timeout`;
    case 'grpc':
      return `timeout: health rpc did not complete within ${seconds(timeoutMs)}`;
  }
}

/** The program answers, and the answer is no. */
const UNWELL: Readonly<Record<HandlerAction['kind'], string>> = {
  exec: '',
  httpGet: 'HTTP probe failed with statuscode: 500',
  tcpSocket: '',
  grpc: 'service unhealthy (responded with "NOT_SERVING")',
};
export const unwell = (action: HandlerAction, timeoutMs: number): string =>
  action.kind === 'tcpSocket' ? refused(action, timeoutMs) : UNWELL[action.kind];
