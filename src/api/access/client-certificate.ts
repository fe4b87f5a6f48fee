/**
 * The user of a connection whose certificate the TLS layer has verified: issued by the fleet's authority for clients,
 * for client authentication. A connection without one, or with another, is nobody by it and may still show a token.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateUser } from '../../auth/certificates/certificate-user.ts';
import type { UserInfo } from '../../auth/identity.ts';

interface Verified {
  readonly user: UserInfo;
  /** Milliseconds since the epoch; a connection can outlive its certificate. */
  readonly until: number;
}

const known = new WeakMap<Socket, Verified | 'nobody'>();

function verify(socket: Socket): Verified | 'nobody' {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  const user = certificate === undefined ? undefined : certificateUser(certificate);
  return certificate === undefined || user === undefined ? 'nobody' : { user, until: Date.parse(certificate.validTo) };
}

export function certificateUserOf(socket: Socket, now: number): UserInfo | undefined {
  const found = known.get(socket) ?? verify(socket);
  known.set(socket, found);
  return found !== 'nobody' && now < found.until ? found.user : undefined;
}
