/** Whether a port of a pod can be connected to. Source: pkg/probe/tcp/tcp.go. */
import { LinkedController } from '../../timing/linked-controller.ts';
import type { HandlerAction, HandlerResult } from '../runtime.ts';
import { type Dial, dialFromHost } from './dial.ts';
import { failureWords } from './failure-words.ts';

type TcpAction = Extract<HandlerAction, { kind: 'tcpSocket' }>;

export async function probeTcp(
  action: TcpAction,
  timeoutMs: number,
  signal: AbortSignal,
  dial: Dial = dialFromHost,
): Promise<HandlerResult> {
  const linked = new LinkedController(signal, AbortSignal.timeout(timeoutMs));
  const deadline = linked.signal;
  try {
    const socket = await dial(action, deadline);
    socket.on('error', () => undefined).destroy();
    return { success: true, output: '' };
  } catch (error) {
    return { success: false, output: failureWords(action, timeoutMs, error as Error, deadline) };
  } finally {
    linked.release();
  }
}
