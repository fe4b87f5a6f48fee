/** One connection to a port of a pod, however it came. */
import { RuntimeError } from '../../../runtimes/runtime.ts';
import type { PodTarget } from '../pod-target.ts';

interface Outgoing {
  write(chunk: Uint8Array): Promise<unknown>;
  /** Nothing more will be written. */
  end(): Promise<void>;
}

export interface PortConnection {
  readonly port: number;
  readonly data: Outgoing & { readonly input: AsyncIterable<Uint8Array> & { abandon(): void } };
  readonly error: Outgoing;
}

/** Until either side has closed; what went wrong is told on the error stream, in the kubelet's words. */
export async function forwardPort(
  { pod, uid, streaming }: PodTarget,
  { port, data, error }: PortConnection,
  signal: AbortSignal,
): Promise<void> {
  const output = async (chunk: Uint8Array): Promise<void> => void (await data.write(chunk));
  try {
    await streaming.portForward(uid, port, { input: data.input, output }, signal);
  } catch (failure) {
    const { name = '', namespace = '' } = pod.metadata;
    // Only what a runtime says is told to the client.
    const cause = failure instanceof RuntimeError ? failure.message : 'internal error';
    const why = `error forwarding port ${port} to pod ${name}_${namespace}, uid ${uid}: ${cause}`;
    await error.write(Buffer.from(why));
  }
  // The client may go on sending: nobody reads it.
  data.input.abandon();
  await error.end();
  await data.end();
}
