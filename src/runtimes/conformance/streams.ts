/** The client's end of the streams of a case: what it sends is given, what it gets is kept. */
import type { ForwardedConnection, ProcessStreams, Runtime, Streaming } from '../runtime.ts';
import { check } from './expect.ts';

async function* given(chunks: readonly string[], held: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) {
    yield Buffer.from(chunk);
  }
  if (held !== undefined && !held.aborted) {
    await new Promise((resolve) => held.addEventListener('abort', resolve, { once: true }));
  }
}
const kept = (chunks: Buffer[]) => async (chunk: Uint8Array) => {
  chunks.push(Buffer.from(chunk));
};

export interface Client extends ProcessStreams {
  readonly out: () => string;
  readonly err: () => string;
}

/** `held`: the input stays open until then. */
export function client(stdin?: readonly string[], held?: AbortSignal): Client {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  return {
    stdin: stdin === undefined ? undefined : given(stdin, held),
    stdout: kept(out),
    stderr: kept(err),
    sizes: given([], undefined) as AsyncIterable<never>,
    out: () => Buffer.concat(out).toString(),
    err: () => Buffer.concat(err).toString(),
  };
}

export function connection(input: readonly string[], held?: AbortSignal): ForwardedConnection & { text(): string } {
  const chunks: Buffer[] = [];
  return { input: given(input, held), output: kept(chunks), text: () => Buffer.concat(chunks).toString() };
}

export function streamingOf(runtime: Runtime): Streaming {
  check(runtime.streaming !== undefined, 'the capability is declared, but there is no `streaming`');
  return runtime.streaming;
}
