/** Where a proxy's request goes. */
import type { Duplex } from 'node:stream';
import { connect as secure } from 'node:tls';
import { StatusError } from '../../errors.ts';
import { RuntimeError } from '../../runtimes/runtime.ts';

export interface Backend {
  readonly scheme: 'http' | 'https';
  /** `address:port`, as errors name it. */
  readonly host: string;
  /** Never throws: a connection that cannot be made is destroyed with the error. */
  open(): Duplex;
}

/** As apiserver does it, the backend's certificate is not looked at. */
export function connect({ scheme, open }: Backend): Duplex {
  const socket = open();
  if (scheme === 'http') {
    return socket;
  }
  const encrypted = secure({ socket, rejectUnauthorized: false });
  socket.on('error', (error) => encrypted.destroy(error));
  return encrypted;
}

/** Of all that can go wrong only what a runtime or the protocol says is told. */
export function unreachable({ host }: Backend, error: unknown): StatusError {
  const isRefusal = error instanceof RuntimeError && error.code === 'Unavailable';
  const why = isRefusal ? `dial tcp ${host}: connect: connection refused` : (error as Error).message;
  return new StatusError('ServiceUnavailable', `error trying to reach service: ${why}`, {}, { cause: error });
}
