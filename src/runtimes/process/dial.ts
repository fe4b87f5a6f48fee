/** Connections within a container's network: its keeper is there, and makes them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Dial, dialFromHost } from '../probing/dial.ts';
import { order } from './keeper.ts';
import type { ContainerRecord } from './records.ts';

const NEWLINE = 10;
/** As pods are told their address. */
const LOCAL: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** To where the container's own 127.0.0.1 is; elsewhere the host gets by itself. undefined: it has the host's network. */
export function dialOf({ socket, network }: Pick<ContainerRecord, 'socket' | 'network'>): Dial | undefined {
  return network === undefined
    ? undefined
    : (target, signal) => (LOCAL.has(target.host) ? dialWithin(socket, target, signal) : dialFromHost(target, signal));
}

/** Throws what a connect of the worker's own would. */
async function dialWithin(path: string, { host, port }: Parameters<Dial>[0], signal: AbortSignal): Promise<Socket> {
  const connection = connect({ path, allowHalfOpen: true, signal });
  await once(connection, 'connect');
  order(connection, { op: 'dial', host, port });
  const { code, message } = await answerOf(connection);
  if (message !== undefined) {
    connection.destroy();
    throw Object.assign(new Error(message), { code });
  }
  return connection;
}

interface Answer {
  readonly code?: string;
  readonly message?: string;
}

/** The keeper's line; what comes after it is the other side's and stays to be read. Rejects when the connection breaks. */
const answerOf = (connection: Socket): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let read: Buffer = Buffer.alloc(0);
    const done = (act: () => void): void => {
      connection.off('readable', look).off('end', ended).off('close', ended).off('error', failed);
      act();
    };
    const failed = (error: Error): void => done(() => reject(error));
    const ended = (): void => failed(Object.assign(new Error('its keeper has hung up'), { code: 'ECONNRESET' }));
    const look = (): void => {
      for (let chunk = connection.read(); chunk !== null; chunk = connection.read()) {
        read = Buffer.concat([read, chunk as Buffer]);
        const end = read.indexOf(NEWLINE);
        if (end >= 0) {
          connection.unshift(read.subarray(end + 1));
          done(() => resolve(JSON.parse(read.subarray(0, end).toString()) as Answer));
          return;
        }
      }
    };
    connection.on('readable', look).on('end', ended).on('close', ended).on('error', failed);
  });
