/** Exec and attach into the pod `p` of a node whose runtime runs what a test says. */
import { afterEach, beforeEach } from 'vitest';
import WebSocket from 'ws';
import type { ExecOptions, ProcessStreams } from '../../src/runtimes/runtime.ts';
import { type ApiFixture, apiFixture, TOKEN } from './api-fixture.ts';
import { pod } from './registry-fixture.ts';

export const EXEC = '/api/v1/namespaces/default/pods/p/exec';
export const authorization = `Bearer ${TOKEN}`;

export const say = (text: string): Buffer => Buffer.from(text);
/** As the channel protocols have it: the channel's number before the bytes. */
export const frame = (channel: number, text: string): Buffer => Buffer.concat([Buffer.from([channel]), say(text)]);

interface Call {
  readonly uid: string;
  readonly container: string;
  readonly options: ExecOptions;
  readonly signal: AbortSignal;
}
type Program = (streams: ProcessStreams, call: Call) => Promise<number>;

/** Repeats its input, says goodbye on stderr. */
const repeat: Program = async ({ stdin, stdout, stderr }) => {
  for await (const chunk of stdin ?? []) {
    await stdout(say(`<${Buffer.from(chunk)}>`));
  }
  await stderr(say('bye'));
  return 0;
};

export interface ExecFixture {
  readonly api: ApiFixture;
  readonly calls: readonly Call[];
  /** The program of the calls to come. */
  run: Program;
  /** A WebSocket with the token, opened or refused. */
  open(query: string, protocols: string[], given?: Target): ReturnType<typeof openSocket>;
}

/** One for each test of the file. */
export function useExec(): ExecFixture {
  let api: ApiFixture;
  let calls: Call[];
  const fixture: ExecFixture = {
    get api() {
      return api;
    },
    get calls() {
      return calls;
    },
    run: repeat,
    open: (query, protocols, given) => openSocket(api, query, protocols, given),
  };
  beforeEach(async () => {
    calls = [];
    fixture.run = repeat;
    const exec = async (
      uid: string,
      container: string,
      options: ExecOptions,
      streams: ProcessStreams,
      signal: AbortSignal,
    ) => {
      const call = { uid, container, options, signal };
      calls.push(call);
      return fixture.run(streams, call);
    };
    const attach = async (uid: string, container: string, streams: ProcessStreams, signal: AbortSignal) => {
      await exec(uid, container, { command: [], tty: false }, streams, signal);
    };
    api = await apiFixture({ exec, attach });
    await api.registry.create('nodes', '', {
      metadata: { name: 'n', annotations: { 'fleet.flotilla.dev/runtime': 'simulated' } },
    });
    await api.registry.create('pods', 'default', pod('p', { nodeName: 'n' }));
  });
  afterEach(() => api.close());
  return fixture;
}

interface Target {
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

async function openSocket(
  api: ApiFixture,
  query: string,
  protocols: string[],
  { path = EXEC, headers = { authorization } }: Target = {},
) {
  const { origin } = await api.listen();
  const socket = new WebSocket(`${origin.replace('https', 'wss')}${path}?${query}`, protocols, { ca: api.ca, headers });
  const messages: (Buffer | string)[] = [];
  socket.on('message', (data, isBinary) => messages.push(isBinary ? (data as Buffer) : String(data)));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const opened = await new Promise<{ code: number; text: string }>((resolve) => {
    socket.on('open', () => resolve({ code: 101, text: '' }));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', async (_, response) =>
      resolve({ code: response.statusCode ?? 0, text: (await response.setEncoding('utf8').toArray()).join('') }),
    );
  });
  const channel = (wanted: number): string =>
    Buffer.concat(
      messages.flatMap((m) => (typeof m !== 'string' && m[0] === wanted ? [m.subarray(1)] : [])),
    ).toString();
  return { ...opened, socket, messages, closed, channel };
}
