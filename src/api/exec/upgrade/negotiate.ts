/** Which upgrade a client asks for, and which protocol over it. Sources: apimachinery's httpstream and wsstream. */
import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, StatusError } from '../../../errors.ts';

export const SPDY = 'SPDY/3.1';

const listOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** Throws 400 when the request asks for none, or for one we do not know. */
export function upgradeOf(headers: IncomingHttpHeaders, isUpgrade: boolean): 'websocket' | 'spdy' {
  const wanted = listOf(headers.upgrade).map((text) => text.toLowerCase());
  if (!isUpgrade || wanted.length === 0) {
    throw badRequest('Upgrade request required');
  }
  if (wanted.includes('websocket')) {
    return 'websocket';
  }
  if (wanted.includes(SPDY.toLowerCase())) {
    return 'spdy';
  }
  throw badRequest(`unable to upgrade: missing upgrade headers in request: ${JSON.stringify(headers.upgrade)}`);
}

/** The client's first choice that we serve. Throws 403, as Kubernetes does. */
function choose(offered: readonly string[], served: readonly string[]): string {
  const chosen = offered.find((protocol) => served.includes(protocol));
  if (chosen === undefined) {
    const sides = `client supports [${offered.join(' ')}], server accepts [${served.join(' ')}]`;
    throw new StatusError('Forbidden', `unable to upgrade: unable to negotiate protocol: ${sides}`, {});
  }
  return chosen;
}

/** Of the WebSocket; '' when the client offers none, which is none to choose. */
export function webSocketProtocol(headers: IncomingHttpHeaders, served: readonly string[]): string {
  const offered = listOf(headers['sec-websocket-protocol']);
  const named = served.filter((name) => name !== '');
  return offered.length === 0 ? '' : choose(offered, named);
}

export function spdyProtocol(headers: IncomingHttpHeaders, served: readonly string[]): string {
  const offered = listOf(headers['x-stream-protocol-version']);
  if (offered.length === 0) {
    throw badRequest('unable to upgrade: X-Stream-Protocol-Version is required');
  }
  return choose(offered, served);
}
