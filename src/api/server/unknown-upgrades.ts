/**
 * An upgrade to what is not spoken here (`h2c`, which Java's and Python's HTTP clients offer) is ignored, as RFC 9110 allows
 * and Go's servers do: the request is answered over HTTP/1.1. Node has given the connection up by then, so the request
 * is put back before what followed it, without the offer, and read again.
 */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

type OnUpgrade = (request: IncomingMessage, socket: TLSSocket, head: Buffer) => void;

const SPOKEN = ['websocket', 'spdy/3.1'];
/** They say themselves what they do not speak; what is behind a proxy is its own affair. */
const CONNECTING = /\/(exec|attach|portforward|proxy)(\/|\?|$)/;

const tokensOf = (list: string): string[] => list.split(',').map((token) => token.trim());

const isSpoken = ({ headers, url = '' }: IncomingMessage): boolean =>
  CONNECTING.test(url) || tokensOf(headers.upgrade ?? '').some((token) => SPOKEN.includes(token.toLowerCase()));

function withoutOffer({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (lower === 'connection') {
      lines.push(`${name}: ${tokensOf(value).filter((token) => token.toLowerCase() !== 'upgrade')}`);
    } else if (lower !== 'upgrade') {
      lines.push(`${name}: ${value}`);
    }
  }
  // As Node reads headers.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Once all that upgrades has its listener: it keeps the ones that are there from those requests. */
export function ignoreUnknownUpgrades(server: Server): void {
  const listeners = server.listeners('upgrade') as OnUpgrade[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    if (isSpoken(request)) {
      for (const listener of listeners) {
        listener.call(server, request, socket, head);
      }
      return;
    }
    socket.unshift(Buffer.concat([withoutOffer(request), head]));
    server.emit('secureConnection', socket);
  });
}
