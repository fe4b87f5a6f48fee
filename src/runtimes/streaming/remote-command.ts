/** exec, attach and port-forward over SPDY to a streaming server. Source: k8s.io/client-go/tools/remotecommand/v4.go, portforward. */
import { type ForwardedConnection, type ProcessStreams, RuntimeError } from '../runtime.ts';
import { type ClientStream, connectSpdy, type SpdyClient } from './spdy-client.ts';

export interface RemoteOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
}

const COMMAND_PROTOCOL = 'v4.channel.k8s.io';
const FORWARD_PROTOCOL = 'portforward.k8s.io';

async function textOf(stream: ClientStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.input) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

interface RemoteStatus {
  status?: string;
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

/** Throws RuntimeError for what is no exit code. */
function exitCodeOf(text: string): number {
  let status: RemoteStatus = {};
  try {
    status = text === '' ? { status: 'Success' } : (JSON.parse(text) as RemoteStatus);
  } catch {
    throw new RuntimeError('RunContainer', text);
  }
  if (status.status === 'Success') {
    return 0;
  }
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (status.reason === 'NonZeroExitCode' && cause !== undefined) {
    return Number(cause.message);
  }
  throw new RuntimeError('RunContainer', status.message ?? text);
}

const pump = async (from: ClientStream, to: (chunk: Uint8Array) => Promise<void>): Promise<void> => {
  for await (const chunk of from.input) {
    await to(chunk);
  }
};

async function sendInput(source: AsyncIterable<Uint8Array>, stream: ClientStream): Promise<void> {
  for await (const chunk of source) {
    await stream.write(chunk);
  }
  stream.end();
}

async function sendSizes({ sizes }: ProcessStreams, stream: ClientStream): Promise<void> {
  for await (const { width, height } of sizes) {
    await stream.write(Buffer.from(`${JSON.stringify({ Width: width, Height: height })}\n`));
  }
}

/** Resolves with the exit code. */
export async function runRemote(
  url: string,
  { tty, stdin }: RemoteOptions,
  streams: ProcessStreams,
  signal: AbortSignal,
): Promise<number> {
  const client = await connectSpdy(url, COMMAND_PROTOCOL, signal);
  const over = (): void => client.close();
  signal.addEventListener('abort', over, { once: true });
  try {
    const error = client.open({ streamType: 'error' });
    const input = stdin && streams.stdin !== undefined ? client.open({ streamType: 'stdin' }) : undefined;
    const output = [pump(client.open({ streamType: 'stdout' }), (chunk) => streams.stdout(chunk))];
    if (tty) {
      sendSizes(streams, client.open({ streamType: 'resize' })).catch(() => undefined);
    } else {
      output.push(pump(client.open({ streamType: 'stderr' }), (chunk) => streams.stderr(chunk)));
    }
    if (input !== undefined && streams.stdin !== undefined) {
      sendInput(streams.stdin, input).catch(() => undefined);
    }
    const code = exitCodeOf(await textOf(error));
    await Promise.all(output);
    return code;
  } finally {
    signal.removeEventListener('abort', over);
    client.close();
  }
}

export async function forwardPort(
  url: string,
  port: number,
  { input, output }: ForwardedConnection,
  signal: AbortSignal,
): Promise<void> {
  const client: SpdyClient = await connectSpdy(url, FORWARD_PROTOCOL, signal);
  const over = (): void => client.close();
  signal.addEventListener('abort', over, { once: true });
  try {
    const headers = { port: String(port), requestID: '0' };
    const error = client.open({ streamType: 'error', ...headers });
    error.end();
    const data = client.open({ streamType: 'data', ...headers });
    const failure = textOf(error);
    sendInput(input, data).catch(() => undefined);
    await pump(data, output);
    const message = await failure;
    if (message !== '') {
      throw new RuntimeError('Unavailable', message);
    }
  } finally {
    signal.removeEventListener('abort', over);
    client.close();
  }
}
