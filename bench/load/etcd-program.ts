/**
 * Puts values over etcd's gRPC API, one connection a client. gRPC's unary call is one HTTP/2 request with a message
 * behind five bytes, which node:http2 can send: no gRPC library for one call of one peer.
 */
import { type ClientHttp2Session, connect } from 'node:http2';
import { closedLoop, type LoopOptions, type LoopReport } from './closed-loop.ts';
import { podBytes } from './manifests.ts';
import { runProgram } from './program.ts';

export interface EtcdLoadOptions extends LoopOptions {
  readonly port: number;
  readonly seed: number;
  readonly prefix: string;
}

const HEADERS = {
  ':method': 'POST',
  ':path': '/etcdserverpb.KV/Put',
  'content-type': 'application/grpc',
  te: 'trailers',
};

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** A bytes field of a protobuf message. */
const field = (number: number, bytes: Buffer): Buffer[] => [
  Buffer.from([(number << 3) | 2, ...varint(bytes.length)]),
  bytes,
];

/** PutRequest: key = 1, value = 2. */
function putMessage(key: string, value: Buffer): Buffer {
  const message = Buffer.concat([...field(1, Buffer.from(key)), ...field(2, value)]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function call(session: ClientHttp2Session, message: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request(HEADERS);
    let status = 'missing';
    const read = (headers: Record<string, unknown>): void => {
      status = String(headers['grpc-status'] ?? status);
    };
    // An error without a body has its status in the headers, everything else in the trailers.
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('end', () => resolve(status));
    stream.on('error', reject);
    stream.resume();
    stream.end(message);
  });
}

await runProgram(async ({ port, seed, prefix, ...loop }: EtcdLoadOptions): Promise<LoopReport> => {
  const sessions = Array.from({ length: loop.clients }, () => connect(`http://127.0.0.1:${port}`));
  const value = podBytes(seed);
  let puts = 0;
  return closedLoop(loop, async (client) => {
    puts += 1;
    const session = sessions[client];
    const status = session === undefined ? 'none' : await call(session, putMessage(`${prefix}${puts}`, value));
    if (status !== '0') {
      throw new Error(`put: grpc-status ${status}`);
    }
    return 1;
  });
});
