/** Whose page made the request? Browsers say so in Origin and Sec-Fetch-Site; other clients send neither. */
import type { IncomingHttpHeaders } from 'node:http';

export interface OriginVerdict {
  /** An Origin was sent and it is not ours. */
  readonly foreign: boolean;
  /** A page that is not ours caused it. */
  readonly elsewhere: boolean;
  /** The browser vouches for one of our own pages. */
  readonly ours: boolean;
  /** The user typed the address or used a bookmark: good enough for reading only. */
  readonly direct: boolean;
}

/** Our own origin is that of the Host the client used: behind TLS, another site cannot have it. */
export function judgeOrigin(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): OriginVerdict {
  const { origin, host } = headers;
  const known = origin !== undefined && (origin === `https://${host}` || allowedOrigins.includes(origin));
  const site = headers['sec-fetch-site'];
  const foreign = origin !== undefined && !known;
  return {
    foreign,
    elsewhere: foreign || (!known && (site === 'cross-site' || site === 'same-site')),
    ours: known || (origin === undefined && site === 'same-origin'),
    direct: origin === undefined && site === 'none',
  };
}
