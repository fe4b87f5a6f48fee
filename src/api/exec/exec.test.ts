import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import { connectSpdy } from '../../../test/support/spdy-client.ts';
import { until } from '../../../test/support/until.ts';
import { type ExecOptions, type ProcessStreams, RuntimeError, type TerminalSize } from '../../runtimes/runtime.ts';

const EXEC = '/api/v1/namespaces/default/pods/p/exec';
const authorization = `Bearer ${TOKEN}`;

interface Call {
  readonly uid: string;
  readonly container: string;
  readonly options: ExecOptions;
  readonly signal: AbortSignal;
}

let api: ApiFixture;
let calls: Call[];
let run: (streams: ProcessStreams, call: Call) => Promise<number>;

const say = (text: string): Buffer => Buffer.from(text);

/** What a test program does: repeats its input, says goodbye on stderr. */
async function repeat({ stdin, stdout, stderr }: ProcessStreams): Promise<number> {
  for await (const chunk of stdin ?? []) {
    await stdout(say(`<${Buffer.from(chunk)}>`));
  }
  await stderr(say('bye'));
  return 0;
}

beforeEach(async () => {
  calls = [];
  run = repeat;
  const exec = async (
    uid: string,
    container: string,
    options: ExecOptions,
    streams: ProcessStreams,
    signal: AbortSignal,
  ) => {
    const call = { uid, container, options, signal };
    calls.push(call);
    return run(streams, call);
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

async function openSocket(
  query: string,
  protocols: string[],
  { path = EXEC, headers = { authorization } as Record<string, string> } = {},
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

const frame = (channel: number, text: string): Buffer => Buffer.concat([Buffer.from([channel]), say(text)]);

describe('exec over a WebSocket', () => {
  it('v5: input, a closed channel, outputs, success', async () => {
    const { socket, closed, channel } = await openSocket('command=a&command=b%20c&stdin=true&stdout=true&stderr=true', [
      'v5.channel.k8s.io',
      'v4.channel.k8s.io',
    ]);
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    socket.send(frame(0, 'hello'));
    socket.send(Buffer.from([255, 0]));
    await closed;
    expect([channel(1), channel(2)]).toEqual(['<hello>', 'bye']);
    expect(JSON.parse(channel(3))).toEqual({ metadata: {}, status: 'Success' });
    expect(calls[0]).toMatchObject({ container: 'main', options: { command: ['a', 'b c'], tty: false } });
  });

  it('v4: a failure has its exit code', async () => {
    run = async () => 7;
    const { closed, channel, messages } = await openSocket('command=x&stdout=1', ['v4.channel.k8s.io']);
    await closed;
    expect(messages[0]).toEqual(Buffer.from([1]));
    expect(JSON.parse(channel(3))).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it.each([
    ['v4.base64.channel.k8s.io', { status: 'Success' }],
    ['base64.channel.k8s.io', undefined],
  ])('%s', async (protocol, status) => {
    const { socket, messages } = await openSocket('command=x&stdin=true&stdout=true', [protocol]);
    socket.send(`0${say('hi').toString('base64')}`);
    await until(() => messages.includes(`1${say('<hi>').toString('base64')}`));
    socket.close();
    await until(() => calls[0]?.signal.aborted);
    expect(status === undefined || messages.length > 0).toBe(true);
  });

  it.each(['channel.k8s.io', ''])('before v4 ("%s") only a failure is told, as text', async (protocol) => {
    run = async () => 1;
    const { closed, channel } = await openSocket('command=x&stdout=true', protocol === '' ? [] : [protocol]);
    await closed;
    expect(channel(3)).toBe('command terminated with non-zero exit code: error executing command [x], exit code 1');
  });

  it('tells sizes of the terminal, and has no stderr then', async () => {
    const sizes: TerminalSize[] = [];
    run = async (streams) => {
      for await (const size of streams.sizes) {
        sizes.push(size);
        break;
      }
      await streams.stderr(say('no'));
      return 0;
    };
    const { socket, closed, channel } = await openSocket('command=x&stdout=true&stderr=true&tty=true', [
      'v5.channel.k8s.io',
    ]);
    socket.send(frame(4, 'nonsense{}{"Width":-1,"Height":2}{"Width":80,"Height":24}'));
    await closed;
    expect([sizes, channel(2), calls[0]?.options.tty]).toEqual([[{ width: 80, height: 24 }], '', true]);
  });

  it.each<[string, () => Error, string]>([
    [
      'no container',
      () => new RuntimeError('NotFound', 'x'),
      'unable to upgrade connection: container not found ("main")',
    ],
    [
      'no program',
      () => new RuntimeError('RunContainer', 'no such file'),
      'error executing command in container: no such file',
    ],
    ['a bug, whose text is ours to know', () => new Error('secret'), 'error executing command in container'],
  ])('%s', async (_, error, message) => {
    run = async () => {
      throw error();
    };
    const { closed, channel } = await openSocket('command=x&stdout=true', ['v5.channel.k8s.io']);
    await closed;
    expect(JSON.parse(channel(3))).toMatchObject({
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
    });
  });

  it('ends the program when the client goes, and all programs when the server stops', async () => {
    run = async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 0;
    };
    const first = await openSocket('command=x&stdout=true', ['v5.channel.k8s.io']);
    await until(() => calls.length === 1);
    first.socket.terminate();
    await until(() => calls[0]?.signal.aborted);
    api.stop.abort();
  });

  it('waits for a slow client instead of keeping its output', async () => {
    let written = 0;
    run = async ({ stdout }, { signal }) => {
      while (!signal.aborted) {
        await stdout(Buffer.alloc(65_536));
        written += 65_536;
      }
      return 0;
    };
    const { socket } = await openSocket('command=x&stdout=true', ['v5.channel.k8s.io']);
    socket.pause();
    let before = -1;
    await until(() => {
      const same = written === before && written > 0;
      before = written;
      return same;
    });
    expect(written).toBeLessThan(64 * 1024 * 1024);
    socket.terminate();
    await until(() => calls[0]?.signal.aborted);
  });
});

describe('exec is refused', () => {
  const upgrade = { protocols: ['v5.channel.k8s.io'] };
  it.each<[string, string, string[], number, string]>([
    [
      'an unknown subprotocol',
      'stdout=true',
      ['v9.channel.k8s.io'],
      403,
      'unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v5.',
    ],
    ['no stream', 'command=x', upgrade.protocols, 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    ['no such container', 'container=x&stdout=true', upgrade.protocols, 400, 'container x is not valid for pod p'],
  ])('%s', async (_, query, protocols, code, message) => {
    const refused = await openSocket(query, protocols);
    expect([refused.code, refused.text]).toEqual([code, expect.stringContaining(message)]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a stranger', {}, 401],
    ['a foreign page', { cookie: `flotilla_token=${TOKEN}`, origin: 'https://evil.example' }, 403],
  ])('%s', async (_, headers, code) => {
    expect((await openSocket('stdout=true', upgrade.protocols, { headers })).code).toBe(code);
  });

  it('a pod that has no node, or is not there', async () => {
    await api.registry.create('pods', 'default', pod('q'));
    const path = EXEC.replace('/p/', '/q/');
    const refused = await openSocket('stdout=true', upgrade.protocols, { path });
    expect([refused.code, refused.text]).toEqual([400, expect.stringContaining('pod q does not have a host assigned')]);
    expect((await api.call('GET', `${EXEC.replace('/p/', '/r/')}?stdout=true`)).code).toBe(404);
  });

  it('what is no upgrade, and other methods', async () => {
    for (const method of ['GET', 'POST']) {
      const { code, json } = await api.call(method, `${EXEC}?command=x&stdout=true`);
      expect([code, json.message]).toEqual([400, 'Upgrade request required']);
    }
    expect((await api.call('DELETE', EXEC)).code).toBe(405);
  });
});

describe('exec over SPDY', () => {
  const protocols = { 'x-stream-protocol-version': ['v9.channel.k8s.io', 'v4.channel.k8s.io', 'v3.channel.k8s.io'] };
  async function connect(query: string, headers: Record<string, string | string[]> = protocols) {
    const { origin } = await api.listen();
    return connectSpdy(`${origin}${EXEC}?${query}`, { ca: api.ca, headers: { authorization, ...headers } });
  }

  it('input, half-closed, outputs, status, goodbye', async () => {
    const { client, headers } = await connect('command=x&stdin=true&stdout=true&stderr=true');
    expect(headers['x-stream-protocol-version']).toBe('v4.channel.k8s.io');
    if (client === undefined) {
      throw new Error('not upgraded');
    }
    const ids: number[] = [];
    for (const streamtype of ['error', 'stdin', 'stdout', 'stderr']) {
      ids.push(await client.open({ streamtype }));
    }
    const [error = 0, stdin = 0, stdout = 0, stderr = 0] = ids;
    client.data(stdin, 'one');
    client.data(stdin, 'two', true);
    await until(() => client.closed);
    expect([client.text(stdout), client.text(stderr)]).toEqual(['<one><two>', 'bye']);
    expect(JSON.parse(client.text(error))).toEqual({ metadata: {}, status: 'Success' });
    expect(ids.every((id) => client.ended(id))).toBe(true);
  });

  it('resets what was not asked for, answers pings, and hangs up on nonsense', async () => {
    const { client } = await connect('command=x&stdout=true');
    const stray = await client?.open({ streamtype: 'stdin' });
    expect(client?.has(3, stray)).toBe(true);
    client?.raw(Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]));
    await until(() => client?.has(6));
    client?.raw(Buffer.from('80020001000000ffff', 'hex'));
    await until(() => client?.closed);
    expect(calls).toEqual([]);
  });

  it('a client that goes away ends the program', async () => {
    const { client, socket } = await connect('command=x&stdin=true&stdout=true');
    for (const streamtype of ['error', 'stdin', 'stdout']) {
      await client?.open({ streamtype });
    }
    await until(() => calls.length === 1);
    socket?.destroy();
    await until(() => calls[0]?.signal.aborted);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['no protocol', {}, 400, 'unable to upgrade: X-Stream-Protocol-Version is required'],
    [
      'an unknown protocol',
      { 'x-stream-protocol-version': 'v9' },
      403,
      'unable to upgrade: unable to negotiate protocol: client supports [v9], server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]',
    ],
    ['another upgrade', { upgrade: 'h2c' }, 400, 'unable to upgrade: missing upgrade headers in request: "h2c"'],
  ])('%s', async (_, headers, code, message) => {
    const answer = await connect('command=x&stdout=true', headers);
    expect([answer.code, JSON.parse(answer.text).message]).toEqual([code, message]);
  });
});

it('attach ends with success, whatever the program ended with', async () => {
  run = async ({ stdout }) => {
    await stdout(say('log'));
    return 3;
  };
  const path = EXEC.replace('exec', 'attach');
  const { closed, channel } = await openSocket('', ['v5.channel.k8s.io'], { path });
  await closed;
  expect([channel(1), JSON.parse(channel(3)).status]).toEqual(['log', 'Success']);
});
