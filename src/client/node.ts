/** `flotilla/client` in Node. */
import { readFileSync } from 'node:fs';
import { readKubeconfig } from '../config/kubeconfig.ts';
import { type ClientOptions, composeClient, type FlotillaClient } from './client.ts';
import { nodeTransport } from './node-transport.ts';

export * from './exports.ts';

export interface NodeClientOptions extends ClientOptions {
  /** The authority of the server's certificate, PEM. */
  readonly ca?: string;
}

export const createClient = (options: NodeClientOptions): FlotillaClient =>
  composeClient(options, nodeTransport(options.ca));

/** A client of a kubeconfig's context; of the current one when none is named. */
export function fromKubeconfig(path: string, context?: string): FlotillaClient {
  return createClient(readKubeconfig(readFileSync(path, 'utf8'), context));
}
