/**
 * Headers on their way through a proxy. What authenticates the client to us goes no further, and an answer gets nothing
 * of our origin: its page runs in a sandbox, so that a pod cannot act with the session of who looks at it.
 * Sources: net/http/httputil's ReverseProxy, apimachinery's util/proxy/transport.go.
 */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { TOKEN_COOKIE } from '../access/credentials.ts';

/** RFC 9110, section 7.6.1. */
const HOP_BY_HOP: readonly string[] = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
];
const SANDBOX = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts';

const listed = (header: string | undefined): string[] =>
  (header ?? '')
    .toLowerCase()
    .split(',')
    .map((text) => text.trim());

/** `keeps`: of an upgrade, which is the one use of hop-by-hop headers that is handed on. */
function endToEnd(headers: IncomingHttpHeaders, keeps: readonly string[] = []): OutgoingHttpHeaders {
  const dropped = new Set([...HOP_BY_HOP, ...listed(headers.connection)].filter((name) => !keeps.includes(name)));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

const withoutToken = (cookie: string): string =>
  cookie
    .split(';')
    .map((part) => part.trim())
    .filter((part) => !part.startsWith(`${TOKEN_COOKIE}=`))
    .join('; ');

export interface ClientSide {
  readonly address: string;
  /** The whole path that was asked for. */
  readonly path: string;
  readonly isUpgrade: boolean;
}

export function requestHeaders(
  given: IncomingHttpHeaders,
  { address, path, isUpgrade }: ClientSide,
): OutgoingHttpHeaders {
  const headers = endToEnd(given, isUpgrade ? ['connection', 'upgrade'] : []);
  for (const name of Object.keys(headers)) {
    if (name === 'authorization' || name.startsWith('impersonate-')) {
      delete headers[name];
    }
  }
  const cookie = withoutToken(given.cookie ?? '');
  if (cookie === '') {
    delete headers['cookie'];
  } else {
    headers['cookie'] = cookie;
  }
  const before = given['x-forwarded-for'];
  return {
    ...headers,
    'x-forwarded-for': before === undefined ? address : `${[before].flat().join(', ')}, ${address}`,
    'x-forwarded-host': given.host,
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': path,
  };
}

/** A redirect within the backend stays below the proxy's path; one to elsewhere is left alone. */
export function rewriteLocation(location: string, prefix: string, hosts: readonly string[]): string {
  const base = 'http://backend.invalid';
  const url = URL.canParse(location, base) ? new URL(location, base) : undefined;
  if (url === undefined || (url.origin !== base && !hosts.includes(url.host))) {
    return location;
  }
  const isRelative = !location.startsWith('/') && url.origin === base;
  const path = url.pathname + url.search + url.hash;
  return isRelative || path.startsWith(`${prefix}/`) ? location : prefix + path;
}

export interface BackendSide {
  readonly prefix: string;
  /** By which the backend may name itself. */
  readonly hosts: readonly string[];
}

export function responseHeaders(given: IncomingHttpHeaders, { prefix, hosts }: BackendSide): OutgoingHttpHeaders {
  const headers = endToEnd(given);
  for (const name of Object.keys(headers)) {
    if (name.startsWith('access-control-')) {
      delete headers[name];
    }
  }
  const cookies = given['set-cookie']?.filter((cookie) => !cookie.trimStart().startsWith(`${TOKEN_COOKIE}=`));
  const policy = given['content-security-policy'] as string | undefined;
  return {
    ...headers,
    ...(cookies === undefined ? {} : { 'set-cookie': cookies }),
    ...(given.location === undefined ? {} : { location: rewriteLocation(given.location, prefix, hosts) }),
    'content-security-policy': policy === undefined ? SANDBOX : `${policy}, ${SANDBOX}`,
    'x-content-type-options': 'nosniff',
  };
}
