/** Lines of a chunked answer, parsed as JSON. A line that the connection's end cut off is dropped: it comes again. */
import { within } from '../backoff.ts';
import type { Tools } from '../transport.ts';

/** Rejects when nothing came for `silenceMs`, or when the signal aborts. */
export async function* readLines<T>(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
  { clock, signal }: Tools,
): AsyncGenerator<T, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest: string[] = [];
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMs, clock, signal);
      if (done) {
        return;
      }
      // The pieces of a long line are joined once, not copied with every chunk.
      const [head = '', ...lines] = decoder.decode(value, { stream: true }).split('\n');
      rest.push(head);
      for (const next of lines) {
        const line = rest.join('');
        rest = [next];
        if (line !== '') {
          yield JSON.parse(line) as T;
        }
      }
    }
  } finally {
    // Also rejects a read that is still under way; its connection may be broken already.
    await reader.cancel().catch(() => undefined);
  }
}
