/** What a proxy's path says: whom it means, and what is handed on. Pure. Source: apimachinery's util/net/util.go. */

export interface Named {
  readonly scheme: '' | 'http' | 'https';
  readonly name: string;
  /** A number, a name, or '' where none is given. */
  readonly port: string;
}

const SCHEMES: readonly string[] = ['', 'http', 'https'];

/** `name`, `name:port` or `scheme:name:port`; undefined for anything else. */
export function splitName(id: string): Named | undefined {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] = parts.length < 3 ? ['', ...parts] : parts;
  return parts.length > 3 || name === '' || !SCHEMES.includes(scheme)
    ? undefined
    : { scheme: scheme as Named['scheme'], name, port };
}

export interface ProxyPath {
  /** Up to and with `/proxy`. */
  readonly prefix: string;
  /** As it was sent, with the slash that it begins with; '': the path ended with `/proxy`. */
  readonly path: string;
  /** With its question mark, or ''. */
  readonly search: string;
}

/** `segments`: how many stand before and with `proxy`, as in `/api/v1/nodes/x/proxy`. */
export function splitProxyPath(url: string, segments: number): ProxyPath {
  const query = url.indexOf('?');
  const whole = query < 0 ? url : url.slice(0, query);
  const parts = whole.split('/');
  const prefix = parts.slice(0, segments + 1).join('/');
  return { prefix, path: whole.slice(prefix.length), search: query < 0 ? '' : url.slice(query) };
}
