/**
 * Port-forward as client-node speaks it: the query names the ports, and the i-th has channel 2i for its data and 2i + 1
 * for its error, each opened by the port's number in two bytes, the low one first. A connection a port, until either
 * side closes. Source: kubelet's cri/streaming/portforward/websocket.go.
 */
import type { WebSocket } from 'ws';
import { badRequest } from '../../../errors.ts';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import { allValues, type Query } from '../../query.ts';
import { type ChannelProtocol, decodeMessage, encodeMessage } from '../command/channels.ts';
import { onMessages, sendMessage } from '../upgrade/web-socket.ts';
import type { PortConnection } from './forward-port.ts';

/** By subprotocol; '': the client named none. */
export const PORT_PROTOCOLS: ReadonlyMap<string, ChannelProtocol> = new Map(
  [['v4.channel.k8s.io', false] as const, ['v4.base64.channel.k8s.io', true] as const, ['', false] as const].map(
    ([name, base64]) => [name, { base64, hasStatus: false, canClose: false }],
  ),
);

const MAX_PORT = 65_535;
/** Two channels each, numbered in one byte. */
const MAX_PORTS = 128;

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= MAX_PORT)) {
    throw badRequest(`unable to parse ${JSON.stringify(text)} as a port`);
  }
  if (port < 1) {
    throw badRequest(`port ${JSON.stringify(text)} must be > 0`);
  }
  return port;
}

/** `?ports=80&ports=81` or `?ports=80,81`. Throws 400. */
export function readPorts(query: Query): number[] {
  const ports = allValues(query, 'ports').flatMap((text) => text.split(',').map(readPort));
  if (ports.length === 0) {
    throw badRequest('query parameter "port" is required');
  }
  if (ports.length > MAX_PORTS) {
    throw badRequest(`at most ${MAX_PORTS} ports may be forwarded at a time`);
  }
  return ports;
}

const NUMBER_BYTES = 2;

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUInt16LE(port);
  return bytes;
}

export interface SocketPorts {
  readonly webSocket: WebSocket;
  readonly protocol: ChannelProtocol;
  readonly ports: readonly number[];
  readonly signal: AbortSignal;
  /** Resolves when either side has closed the connection. */
  readonly forward: (connection: PortConnection) => Promise<void>;
}

/** Closes the socket when all connections are over. */
export async function serveSocketPorts({ webSocket, protocol, ports, signal, forward }: SocketPorts): Promise<void> {
  const inputs = ports.map(() => new BytePipe());
  const endAll = (): void => {
    for (const input of inputs) {
      input.end();
    }
  };
  signal.addEventListener('abort', endAll, { once: true });
  webSocket.on('close', endAll);
  const send = (channel: number, data: Uint8Array): Promise<void> =>
    sendMessage(webSocket, encodeMessage(channel, data, protocol));
  const receive = async (message: Buffer): Promise<void> => {
    const { channel, data } = decodeMessage(message, protocol) ?? { channel: -1, data: message };
    await (channel % 2 === 0 ? inputs[channel / 2]?.write(data) : undefined);
  };
  onMessages(webSocket, receive, endAll);
  await Promise.all(
    ports.map(async (port, index) => {
      const channel = 2 * index;
      await Promise.all([send(channel, portBytes(port)), send(channel + 1, portBytes(port))]);
      const stream = (number: number) => ({
        write: (chunk: Uint8Array) => send(number, chunk),
        // This form has no way to say that a channel is over.
        end: async () => undefined,
      });
      const input = inputs[index] ?? new BytePipe();
      await forward({ port, data: { ...stream(channel), input }, error: stream(channel + 1) });
    }),
  );
  webSocket.close(1000);
}
