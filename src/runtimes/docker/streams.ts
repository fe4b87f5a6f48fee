/** The engine's attached streams: frames of stdout and stderr in one, or a terminal's bytes as they are. */
import type { Duplex } from 'node:stream';
import type { ProcessStreams } from '../runtime.ts';

const HEADER_BYTES = 8;
const STDERR = 2;

export type Sink = Pick<ProcessStreams, 'stdout' | 'stderr'>;

/** Resolves when the stream has ended; it is read no faster than the sink takes it. */
export async function demultiplex(stream: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES && rest.length >= HEADER_BYTES + rest.readUInt32BE(4)) {
      const end = HEADER_BYTES + rest.readUInt32BE(4);
      const payload = rest.subarray(HEADER_BYTES, end);
      await (rest[0] === STDERR ? sink.stderr(payload) : sink.stdout(payload));
      rest = rest.subarray(end);
    }
  }
}

/** Both ways, until the other side ends or the signal aborts. */
export async function connectStreams(
  stream: Duplex,
  { tty, streams, signal }: { readonly tty: boolean; readonly streams: ProcessStreams; readonly signal: AbortSignal },
): Promise<void> {
  const abort = (): void => {
    stream.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  stream.on('error', () => undefined);
  const send = async (): Promise<void> => {
    for await (const chunk of streams.stdin ?? []) {
      if (!stream.write(chunk)) {
        await new Promise<void>((resolve) => stream.once('drain', resolve).once('close', resolve));
      }
    }
    stream.end();
  };
  if (streams.stdin !== undefined) {
    send().catch(() => undefined);
  }
  try {
    const sink = tty ? { stdout: streams.stdout, stderr: streams.stdout } : streams;
    await (tty ? pump(stream, sink) : demultiplex(stream, sink));
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stream.destroy();
  }
}

async function pump(stream: AsyncIterable<Buffer>, { stdout }: Sink): Promise<void> {
  for await (const chunk of stream) {
    await stdout(chunk);
  }
}
