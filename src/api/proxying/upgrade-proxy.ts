/** A request that becomes a connection (a WebSocket of a pod): after its head, bytes go both ways as they are. */
import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import type { TakeSocket } from '../exec/upgrade/take-socket.ts';
import { connect, unreachable } from './backend.ts';
import { requestHeaders } from './proxied-headers.ts';
import { clientSide, type ProxiedRequest } from './reverse-proxy.ts';

function headText(method: string, path: string, headers: OutgoingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => `${name}: ${each}`),
  );
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** Resolves once the backend has begun to answer. Throws 503 when it does not. */
export async function proxyUpgrade(proxied: ProxiedRequest, take: TakeSocket): Promise<void> {
  const { request, reply, backend, target, signal } = proxied;
  const connection = connect(backend);
  const headers = requestHeaders(request.raw.headers, clientSide(proxied, true));
  connection.write(headText(request.method, target.path + target.search, headers), 'latin1');
  try {
    await once(connection, 'readable', { signal });
    if (connection.readableLength === 0) {
      throw new Error('EOF');
    }
  } catch (error) {
    connection.destroy();
    throw unreachable(backend, error);
  }
  const { socket, head, lifetime } = take(request, reply);
  lifetime.signal.addEventListener('abort', () => connection.destroy(), { once: true });
  // What the backend sent last still goes to the client, which closes.
  connection.on('error', () => socket.end()).on('close', () => socket.end());
  connection.write(head);
  connection.pipe(socket);
  socket.pipe(connection);
}
