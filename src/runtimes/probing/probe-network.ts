/** probing/: probes and hooks that go over the network, from the host to the pod's address. One file a protocol. */
import type { HandlerCall, HandlerResult } from '../runtime.ts';
import { probeGrpc } from './grpc-probe.ts';
import { probeHttp } from './http-probe.ts';
import { probeTcp } from './tcp-probe.ts';

/** undefined: the action is a command, which is the runtime's own to run. */
export function probeNetwork(
  { action, purpose, timeoutMs }: HandlerCall,
  signal: AbortSignal,
): Promise<HandlerResult> | undefined {
  switch (action.kind) {
    case 'httpGet':
      return probeHttp(action, timeoutMs, purpose === 'postStart' || purpose === 'preStop', signal);
    case 'tcpSocket':
      return probeTcp(action, timeoutMs, signal);
    case 'grpc':
      return probeGrpc(action, timeoutMs, signal);
    case 'exec':
      return undefined;
  }
}
