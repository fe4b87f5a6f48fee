/**
 * gzip of large answers for clients that take it, as kube-apiserver does: from 128 KiB, at level 1. zlib works on
 * libuv's threads. Source: apiserver's handlers/responsewriters/writers.go.
 */
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { parseMediaType } from './media-type.ts';

const THRESHOLD_BYTES = 128 * 1024;
const GZIP_OPTIONS = { level: constants.Z_BEST_SPEED, chunkSize: 128 * 1024 };
/** No header of a sane client has more; the rest is not looked at. */
const MAX_CODINGS = 16;

/** RFC 9110, 12.5.3: named with a weight above 0, or not named and `*` has one. */
export function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? '').split(',', MAX_CODINGS).map((coding) => {
      const { type, params } = parseMediaType(coding);
      return [type, Number(params.get('q') ?? '1')];
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Caches must keep both forms apart, whichever this one is. */
function varyByEncoding(reply: FastifyReply): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? 'Accept-Encoding' : `${String(before)}, Accept-Encoding`);
}

function sendCompressed(reply: FastifyReply, source: Readable): FastifyReply {
  const gzip = createGzip(GZIP_OPTIONS);
  // Either's failure or early end is the other's; the reply sees it on what it was given.
  pipeline(source, gzip, () => undefined);
  return reply.header('content-encoding', 'gzip').send(gzip);
}

/** Of a reply that has its code and type. */
export function sendBytes(reply: FastifyReply, bytes: Buffer): FastifyReply {
  if (bytes.length < THRESHOLD_BYTES) {
    return reply.send(bytes);
  }
  varyByEncoding(reply);
  return acceptsGzip(reply.request.headers['accept-encoding'])
    ? sendCompressed(reply, Readable.from([bytes], { objectMode: false }))
    : reply.send(bytes);
}

type Chunk = string | Uint8Array;

const bytesOf = (chunk: Chunk): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);

/** Chunks are asked for when the socket has taken those before. What fails in the first 128 KiB is still an error. */
export async function sendChunks(reply: FastifyReply, chunks: AsyncGenerator<Chunk>): Promise<FastifyReply> {
  const head: Buffer[] = [];
  for (let bytes = 0; bytes < THRESHOLD_BYTES; ) {
    const { value, done } = await chunks.next();
    if (done === true) {
      return reply.send(Buffer.concat(head));
    }
    head.push(bytesOf(value));
    bytes += head.at(-1)?.length ?? 0;
  }
  varyByEncoding(reply);
  const stream = Readable.from(withHead(Buffer.concat(head), chunks), { objectMode: false });
  return acceptsGzip(reply.request.headers['accept-encoding']) ? sendCompressed(reply, stream) : reply.send(stream);
}

async function* withHead(head: Buffer, chunks: AsyncGenerator<Chunk>): AsyncGenerator<Buffer> {
  yield head;
  for await (const chunk of chunks) {
    yield bytesOf(chunk);
  }
}
