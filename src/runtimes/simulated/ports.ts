/**
 * The ports of simulated containers: a running container answers on the TCP ports that it declares. Requests of HTTP
 * get a small page that says who answered; any other bytes come back as they were sent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { type ForwardedConnection, RuntimeError } from '../runtime.ts';
import { runningAttempt } from './containers.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';

const HTTP = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) /;

export function listenerOf(record: PodRecord | undefined, port: number, now: number): ContainerRecord | undefined {
  const names = new Set(record?.containers.map(({ name }) => name));
  return [...names]
    .map((name) => runningAttempt(record, name, now))
    .find((attempt) => attempt?.program?.ports?.includes(port));
}

/** Resolves when either side has closed. Throws what containerd says when nothing listens. */
export async function answerConnection(
  record: PodRecord | undefined,
  port: number,
  now: number,
  connection: ForwardedConnection,
  signal: AbortSignal,
): Promise<void> {
  const listener = listenerOf(record, port, now);
  if (record === undefined || listener === undefined) {
    const where = `network namespace "/var/run/netns/${record?.name ?? 'cni'}"`;
    const tried = `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused`;
    throw new RuntimeError(
      'Unavailable',
      `failed to execute portforward in ${where}: failed to connect to localhost:${port} inside namespace, ${tried}`,
    );
  }
  const input = connection.input[Symbol.asyncIterator]();
  const first = await input.next();
  if (first.done === true) {
    return;
  }
  if (HTTP.test(Buffer.from(first.value.subarray(0, 16)).toString('latin1'))) {
    await answerHttp(record, listener, port, { first: first.value, input, connection, signal });
    return;
  }
  for (let next: IteratorResult<Uint8Array> = first; next.done !== true && !signal.aborted; next = await input.next()) {
    await connection.output(next.value);
  }
}

interface Conversation {
  readonly first: Uint8Array;
  readonly input: AsyncIterator<Uint8Array>;
  readonly connection: ForwardedConnection;
  readonly signal: AbortSignal;
}

/** Node's own HTTP server on a connection that has no socket. */
function answerHttp(
  record: PodRecord,
  { name, image }: ContainerRecord,
  port: number,
  talk: Conversation,
): Promise<void> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    request.on('end', () => {
      const { method, url } = request;
      const who = { pod: record.name, namespace: record.namespace, node: record.node, container: name, image };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ ...who, port, method, path: url })}\n`);
    });
  });
  const duplex = duplexOf(talk);
  return new Promise((resolve) => {
    duplex.on('close', () => resolve());
    duplex.on('error', () => duplex.destroy());
    server.emit('connection', duplex);
  });
}

function duplexOf({ first, input, connection, signal }: Conversation): Duplex {
  let pending: Uint8Array | undefined = first;
  const duplex = new Duplex({
    async read() {
      const chunk = pending;
      pending = undefined;
      try {
        const next = chunk === undefined ? await input.next() : { done: false, value: chunk };
        duplex.push(next.done === true ? null : next.value);
      } catch (error) {
        duplex.destroy(error instanceof Error ? error : undefined);
      }
    },
    write(chunk: Uint8Array, _encoding, done) {
      connection.output(chunk).then(() => done(), done);
    },
  });
  const abort = (): void => void duplex.destroy();
  signal.addEventListener('abort', abort, { once: true });
  duplex.on('close', () => signal.removeEventListener('abort', abort));
  return duplex;
}
