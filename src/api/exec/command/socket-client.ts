/** A command's client over a WebSocket of the `channel.k8s.io` family. */
import type { WebSocket } from 'ws';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import { onMessages, sendMessage } from '../upgrade/web-socket.ts';
import { CHANNEL, type ChannelProtocol, decodeMessage, encodeMessage } from './channels.ts';
import type { AskedStreams, CommandClient } from './command-client.ts';
import { terminalSizes } from './terminal-sizes.ts';

const EMPTY = Buffer.alloc(0);

interface SocketClientOptions {
  readonly webSocket: WebSocket;
  readonly protocol: ChannelProtocol;
  readonly asked: AskedStreams;
  readonly signal: AbortSignal;
}

export function socketClient({ webSocket, protocol, asked, signal }: SocketClientOptions): CommandClient {
  const stdin = new BytePipe();
  const sizes = new BytePipe();
  const send = (channel: number, data: Uint8Array): Promise<void> =>
    sendMessage(webSocket, encodeMessage(channel, data, protocol));
  const end = (): void => {
    stdin.end();
    sizes.end();
  };
  signal.addEventListener('abort', end, { once: true });
  webSocket.on('close', end);
  const receive = async (message: Buffer): Promise<void> => {
    const { channel, data } = decodeMessage(message, protocol) ?? { channel: -1, data: EMPTY };
    if (channel === CHANNEL.stdin && asked.stdin) {
      await stdin.write(data);
    } else if (channel === CHANNEL.resize && !sizes.isFull) {
      void sizes.write(data);
    } else if (channel === CHANNEL.close && protocol.canClose && data[0] === CHANNEL.stdin) {
      stdin.end();
    }
  };
  onMessages(webSocket, receive, end);
  if (!protocol.canClose) {
    // Old clients take the first message as the sign that the command runs.
    void send(asked.stdout ? CHANNEL.stdout : asked.stderr ? CHANNEL.stderr : CHANNEL.error, EMPTY);
  }
  return {
    stdin: asked.stdin ? stdin : undefined,
    stdout: async (chunk) => (asked.stdout ? send(CHANNEL.stdout, chunk) : undefined),
    stderr: async (chunk) => (asked.stderr ? send(CHANNEL.stderr, chunk) : undefined),
    sizes: terminalSizes(sizes),
    async finish(status) {
      stdin.abandon();
      const text = protocol.hasStatus ? JSON.stringify(status) : (status.message ?? '');
      await (text === '' ? undefined : send(CHANNEL.error, Buffer.from(text)));
      webSocket.close(1000);
    },
  };
}
