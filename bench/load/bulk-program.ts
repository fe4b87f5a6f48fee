/** Creates pods by bulk requests of so many items each, over so many HTTPS connections. */
import type { Socket } from 'node:net';
import { seededRandom } from '../../src/timing/random.ts';
import { closedLoop, type LoopOptions, type LoopReport } from './closed-loop.ts';
import { openSocket, type Target } from './http-connection.ts';
import { pod } from './manifests.ts';
import { runProgram } from './program.ts';

export interface BulkLoadOptions extends LoopOptions {
  readonly target: Target;
  readonly seed: number;
  /** Names begin with it. */
  readonly prefix: string;
  readonly items: number;
}

const PATH = '/apis/fleet.flotilla.dev/v1alpha1/bulk';
const CREATED = '"code":201';
/** Of a chunked body. */
const END = '0\r\n\r\n';

const count = (text: string, mark: string): number => text.split(mark).length - 1;

/** Sends one request and counts the items that were created. */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let created = 0;
    let tail = '';
    const settle = (error?: Error): void => {
      socket.off('data', receive).off('close', lost);
      error === undefined ? resolve(created) : reject(error);
    };
    const lost = (): void => settle(new Error(`the server closed the connection: ${tail}`));
    const receive = (chunk: Buffer): void => {
      const text = tail + chunk.toString('latin1');
      created += count(text, CREATED);
      if (text.endsWith(END)) {
        settle();
      }
      // Shorter than the mark, so that none is counted twice.
      tail = text.slice(1 - CREATED.length);
    };
    socket.on('data', receive).on('close', lost);
    socket.write(request);
  });
}

await runProgram(async ({ target, seed, prefix, items, ...loop }: BulkLoadOptions): Promise<LoopReport> => {
  const sockets = await Promise.all(Array.from({ length: loop.clients }, () => openSocket(target)));
  const [before = '', after = ''] =
    `${JSON.stringify({ op: 'create', object: pod('NAME', seededRandom(seed)) })}\n`.split('NAME');
  let requests = 0;
  return closedLoop(loop, async (client) => {
    requests += 1;
    const lines = Array.from({ length: items }, (_, item) => `${before}${prefix}${requests}-${item}${after}`);
    const body = Buffer.from(lines.join(''));
    const head = `POST ${PATH} HTTP/1.1\r\nhost: ${target.host}\r\nauthorization: Bearer ${target.token}\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\n\r\n`;
    const created = await exchange(sockets[client] as Socket, Buffer.concat([Buffer.from(head), body]));
    if (created !== items) {
      throw new Error(`${created} of ${items} pods were created`);
    }
    return created;
  });
});
