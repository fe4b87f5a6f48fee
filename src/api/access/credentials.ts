/**
 * Where a request may carry its token: the Authorization header, a WebSocket subprotocol (browsers cannot set headers
 * on a socket), or the dashboard's cookie. Source of the subprotocol: apiserver's bearertoken websocket protocol.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  readonly token: string;
  /** The browser attaches cookies by itself, whoever made the page: such requests need proof of their origin. */
  readonly source: 'header' | 'subprotocol' | 'cookie';
}

export const TOKEN_COOKIE = 'flotilla_token';
const BEARER = /^bearer +([^\s]+)\s*$/i;
const TOKEN_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';
const COOKIE = new RegExp(`(?:^|;)\\s*${TOKEN_COOKIE}=([^;\\s]+)`);

function fromHeader({ authorization }: IncomingHttpHeaders): Credentials | undefined {
  const token = BEARER.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : { token, source: 'header' };
}

/**
 * Also takes the token out of the header, so that it is neither echoed nor seen by anything later. The protocol that
 * carries it must not be the only one offered: there would be nothing to answer with.
 */
function takeFromSubprotocol(headers: IncomingHttpHeaders): Credentials | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
  const carriers = offered.filter((protocol) => protocol.startsWith(TOKEN_PROTOCOL));
  if (carriers.length === 0) {
    return undefined;
  }
  const others = offered.filter((protocol) => !protocol.startsWith(TOKEN_PROTOCOL));
  if (others.length === 0 || carriers.length > 1) {
    delete headers['sec-websocket-protocol'];
    return undefined;
  }
  headers['sec-websocket-protocol'] = others.join(', ');
  const token = Buffer.from(carriers[0]?.slice(TOKEN_PROTOCOL.length) ?? '', 'base64url').toString('utf8');
  return token === '' ? undefined : { token, source: 'subprotocol' };
}

function fromCookie({ cookie }: IncomingHttpHeaders): Credentials | undefined {
  const token = COOKIE.exec(cookie ?? '')?.[1];
  return token === undefined ? undefined : { token, source: 'cookie' };
}

export function takeCredentials(headers: IncomingHttpHeaders): Credentials | undefined {
  const subprotocol = takeFromSubprotocol(headers);
  return fromHeader(headers) ?? subprotocol ?? fromCookie(headers);
}
