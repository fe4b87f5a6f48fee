/** How a probe gets to a port of a pod: from the host, or by whoever is in the pod's own network. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Throws the system's error. */
export type Dial = (target: { readonly host: string; readonly port: number }, signal: AbortSignal) => Promise<Socket>;

export const dialFromHost: Dial = async ({ host, port }, signal) => {
  const socket = connect({ host, port, signal });
  await once(socket, 'connect');
  return socket;
};
