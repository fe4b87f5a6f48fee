/** A command's client over SPDY: one stream each, named by its header. Source: kubelet's remotecommand/httpstream.go. */
import { BytePipe } from '../../../timing/byte-pipe.ts';
import type { Clock } from '../../../timing/clock.ts';
import { LinkedController } from '../../../timing/linked-controller.ts';
import type { SpdyConnection, SpdyStream } from '../spdy/connection.ts';
import type { AskedStreams, CommandClient } from './command-client.ts';
import { terminalSizes } from './terminal-sizes.ts';

/** By `X-Stream-Protocol-Version`, the newest first; before v4 only failures are told, as text. */
export const SPDY_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
const WITH_STATUS = 'v4.channel.k8s.io';
const WITH_RESIZE: readonly string[] = ['v4.channel.k8s.io', 'v3.channel.k8s.io'];
/** As the kubelet's streamCreationTimeout. */
const CREATION_MS = 30_000;

type Streams = ReadonlyMap<string, SpdyStream>;

function expectedStreams({ stdin, stdout, stderr, tty }: AskedStreams, protocol: string): string[] {
  const wanted = { error: true, stdin, stdout, stderr, resize: tty && WITH_RESIZE.includes(protocol) };
  return Object.entries(wanted).flatMap(([name, isWanted]) => (isWanted ? [name] : []));
}

/** Collects the streams that the client opens. */
export class StreamCollector {
  readonly #expected: readonly string[];
  readonly #streams = new Map<string, SpdyStream>();
  #complete: (streams: Streams) => void = () => undefined;
  readonly #all: Promise<Streams>;

  constructor(asked: AskedStreams, protocol: string) {
    this.#expected = expectedStreams(asked, protocol);
    this.#all = new Promise((resolve) => {
      this.#complete = resolve;
    });
  }

  readonly add = (stream: SpdyStream): void => {
    const type = stream.headers.get('streamtype') ?? '';
    if (!this.#expected.includes(type) || this.#streams.has(type)) {
      void stream.reset();
      return;
    }
    this.#streams.set(type, stream);
    if (this.#streams.size === this.#expected.length) {
      this.#complete(this.#streams);
    }
  };

  /** Rejects when the client takes too long or goes away. */
  all(clock: Clock, signal: AbortSignal): Promise<Streams> {
    const waited = new LinkedController(signal);
    const late = clock.sleep(CREATION_MS, waited.signal).then(() => {
      throw new Error('timed out waiting for client to create streams');
    });
    late.catch(() => undefined);
    return Promise.race([this.#all, late]).finally(() => waited.abort());
  }
}

export function spdyClient(connection: SpdyConnection, streams: Streams, protocol: string): CommandClient {
  const write = async (name: string, chunk: Uint8Array): Promise<void> => streams.get(name)?.write(chunk);
  const resize = streams.get('resize')?.input ?? new BytePipe();
  return {
    stdin: streams.get('stdin')?.input,
    stdout: (chunk) => write('stdout', chunk),
    stderr: (chunk) => write('stderr', chunk),
    sizes: terminalSizes(resize),
    async finish(status) {
      streams.get('stdin')?.input.abandon();
      await write('error', Buffer.from(protocol === WITH_STATUS ? JSON.stringify(status) : (status.message ?? '')));
      for (const stream of streams.values()) {
        await stream.end();
      }
      await connection.close();
    },
  };
}
