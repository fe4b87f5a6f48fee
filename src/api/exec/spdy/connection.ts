/**
 * The server's side of one SPDY connection: streams that the client opens. As in Kubernetes (moby/spdystream), windows
 * are not kept: the pace is that of the connection below, and a stream that nobody reads holds up the others.
 */
import { BytePipe } from '../../../timing/byte-pipe.ts';
import {
  type ControlFrame,
  controlFrame,
  type DataFrame,
  dataFrame,
  FLAG_FIN,
  goAwayFrame,
  RESET,
  readFrame,
  resetFrame,
  SpdyError,
  streamIdOf,
  synReplyFrame,
  TYPES,
} from '../../../values/spdy/frames.ts';
import { HeaderReader, type Headers, HeaderWriter } from '../../../values/spdy/header-block.ts';

const MAX_STREAMS = 1_000;
/** Data of one frame: longer writes are split, so that frames of other streams come in between. */
const MAX_DATA_BYTES = 64 * 1024;
const SYN_STREAM_BYTES = 10;

/** What carries the bytes: a socket, or the messages of a WebSocket. */
export interface Transport {
  /** Resolves when the bytes were taken or the other side is gone; never rejects. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes once everything has been written. */
  end(): void;
}

export interface SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  readonly input: BytePipe;
  write(chunk: Uint8Array): Promise<void>;
  /** Half-closes: no more data from our side. Idempotent. */
  end(): Promise<void>;
  reset(): Promise<void>;
}

interface OpenStream extends SpdyStream {
  /** Which sides have not half-closed yet. */
  open: { theirs: boolean; ours: boolean };
}

export class SpdyConnection {
  readonly #transport: Transport;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  readonly #streams = new Map<number, OpenStream>();
  #rest: Buffer = Buffer.alloc(0);
  #lastId = 0;
  #closed = false;

  constructor(transport: Transport, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
  }

  /** In order, one call at a time. Resolves when the bytes were passed on. Throws SpdyError. */
  async receive(bytes: Uint8Array): Promise<void> {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    for (let next = readFrame(this.#rest); next !== undefined && !this.#closed; next = readFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(next.length);
      await (next.frame.kind === 'data' ? this.#data(next.frame) : this.#control(next.frame));
    }
  }

  /** Says goodbye after what was written; readers of streams see their end. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#endInputs();
    await this.#transport.write(goAwayFrame(this.#lastId));
    this.#transport.end();
  }

  /** The other side is gone. */
  abandon(): void {
    this.#closed = true;
    this.#endInputs();
  }

  #endInputs(): void {
    for (const { input } of this.#streams.values()) {
      input.end();
      // Whoever writes into it waits for a reader that may not come.
      input.abandon();
    }
  }

  async #data({ streamId, payload, fin }: DataFrame): Promise<void> {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || !stream.open.theirs) {
      return;
    }
    // A copy, so that a small frame does not keep the chunk alive that it came in.
    await stream.input.write(Uint8Array.from(payload));
    if (fin) {
      this.#endTheirs(stream);
    }
  }

  async #control(frame: ControlFrame): Promise<void> {
    switch (frame.type) {
      case TYPES.synStream:
        return this.#open(frame);
      case TYPES.ping:
        return this.#transport.write(controlFrame(TYPES.ping, frame.payload));
      case TYPES.headers:
        return this.#moreHeaders(frame);
      case TYPES.rstStream: {
        const stream = this.#streams.get(streamIdOf(frame));
        stream?.input.end();
        this.#streams.delete(streamIdOf(frame));
        return;
      }
      case TYPES.goAway:
        return this.close();
      default:
      // Settings, windows, replies to streams we never open: nothing to do.
    }
  }

  async #open(frame: ControlFrame): Promise<void> {
    const id = streamIdOf(frame);
    if (frame.payload.length < SYN_STREAM_BYTES) {
      throw new SpdyError('truncated SYN_STREAM');
    }
    // Read in any case: later blocks build on it.
    const headers = this.#reader.read(frame.payload.subarray(SYN_STREAM_BYTES));
    if (id % 2 === 0 || id <= this.#lastId) {
      throw new SpdyError(`stream ${id} after ${this.#lastId}`);
    }
    this.#lastId = id;
    if (this.#streams.size >= MAX_STREAMS) {
      return this.#transport.write(resetFrame(id, RESET.refused));
    }
    const stream = this.#newStream(id, headers);
    this.#streams.set(id, stream);
    await this.#transport.write(synReplyFrame(id, this.#writer.write(new Map())));
    this.#onStream(stream);
    if ((frame.flags & FLAG_FIN) !== 0) {
      this.#endTheirs(stream);
    }
  }

  async #moreHeaders(frame: ControlFrame): Promise<void> {
    const stream = this.#streams.get(streamIdOf(frame));
    this.#reader.read(frame.payload.subarray(4));
    if (stream !== undefined && (frame.flags & FLAG_FIN) !== 0) {
      this.#endTheirs(stream);
    }
  }

  #newStream(id: number, headers: Headers): OpenStream {
    const stream: OpenStream = {
      ...{ id, headers, input: new BytePipe(), open: { theirs: true, ours: true } },
      write: async (chunk) => {
        for (let at = 0; at < chunk.length && this.#isOpen(stream); at += MAX_DATA_BYTES) {
          await this.#transport.write(dataFrame(id, chunk.subarray(at, at + MAX_DATA_BYTES)));
        }
      },
      end: async () => {
        if (this.#isOpen(stream)) {
          stream.open.ours = false;
          await this.#transport.write(dataFrame(id, Buffer.alloc(0), true));
          this.#forget(stream);
        }
      },
      reset: async () => {
        if (this.#streams.delete(id) && !this.#closed) {
          stream.input.abandon();
          await this.#transport.write(resetFrame(id, RESET.protocolError));
        }
      },
    };
    return stream;
  }

  #isOpen({ id, open }: OpenStream): boolean {
    return open.ours && !this.#closed && this.#streams.has(id);
  }

  #endTheirs(stream: OpenStream): void {
    stream.open.theirs = false;
    stream.input.end();
    this.#forget(stream);
  }

  #forget({ id, open }: OpenStream): void {
    if (!open.theirs && !open.ours) {
      this.#streams.delete(id);
    }
  }
}
