/** One connection to a port over TCP; resolves when the other side has closed it. Throws what the connect throws. */
import { type Dial, dialFromHost } from '../probing/dial.ts';
import type { ForwardedConnection } from '../runtime.ts';

export async function forwardTcp(
  target: { readonly host: string; readonly port: number },
  { input, output }: ForwardedConnection,
  signal: AbortSignal,
  dial: Dial = dialFromHost,
): Promise<void> {
  const socket = await dial(target, signal);
  socket.on('error', () => undefined);
  const send = async (): Promise<void> => {
    for await (const chunk of input) {
      if (!socket.write(chunk)) {
        await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve));
      }
    }
    socket.end();
  };
  send().catch(() => undefined);
  try {
    for await (const chunk of socket) {
      await output(chunk as Buffer);
    }
  } catch {
    // A connection that broke has ended.
  } finally {
    socket.destroy();
  }
}
