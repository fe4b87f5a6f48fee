/** A connection that ends when the signal aborts, in the midst of what it does: whoever waits for it goes on with an error. */
import type { Client } from 'pg';

/** Returns how to let the connection live on. */
export function endOnAbort(client: Client, signal: AbortSignal | undefined): () => void {
  const end = (): void => void client.end();
  signal?.addEventListener('abort', end, { once: true });
  return () => signal?.removeEventListener('abort', end);
}
