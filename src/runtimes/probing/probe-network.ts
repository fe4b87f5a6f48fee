/** probing/: probes and hooks that go over the network, from the host to the pod's address or within. One file a protocol. */
import type { HandlerCall, HandlerResult } from '../runtime.ts';
import type { Dial } from './dial.ts';
import { probeGrpc } from './grpc-probe.ts';
import { probeHttp } from './http-probe.ts';
import { probeTcp } from './tcp-probe.ts';

/** `dial`: of a pod whose network the host cannot reach. undefined: the action is a command, which is the runtime's own to run. */
export function probeNetwork(
  { action, purpose, timeoutMs }: HandlerCall,
  signal: AbortSignal,
  dial?: Dial,
): Promise<HandlerResult> | undefined {
  switch (action.kind) {
    case 'httpGet':
      return probeHttp(action, timeoutMs, purpose === 'postStart' || purpose === 'preStop', signal, dial);
    case 'tcpSocket':
      return probeTcp(action, timeoutMs, signal, dial);
    case 'grpc':
      return probeGrpc(action, timeoutMs, signal, dial);
    case 'exec':
      return undefined;
  }
}
