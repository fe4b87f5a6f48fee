import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ApiFixture, apiFixture, TOKEN } from '../../../../test/support/api-fixture.ts';
import { pod } from '../../../../test/support/registry-fixture.ts';
import { until } from '../../../../test/support/until.ts';
import { type ForwardedConnection, RuntimeError } from '../../../runtimes/runtime.ts';

const PATH = '/api/v1/namespaces/default/pods/p/portforward';
let api: ApiFixture;
let origin: string;
let ended: number[];

/** Says hello, then repeats; nothing listens on port 81. */
async function portForward(
  _uid: string,
  port: number,
  { input, output }: ForwardedConnection,
  signal: AbortSignal,
): Promise<void> {
  if (port === 81) {
    throw new RuntimeError('Unavailable', 'connection refused');
  }
  signal.addEventListener('abort', () => ended.push(port));
  await output(Buffer.from(`hello from ${port};`));
  for await (const chunk of input) {
    const text = Buffer.from(chunk).toString();
    if (text === 'close') {
      return;
    }
    await output(Buffer.from(`<${text}>`));
  }
}

beforeEach(async () => {
  ended = [];
  api = await apiFixture({ portForward });
  const annotations = { 'fleet.flotilla.dev/runtime': 'simulated' };
  await api.registry.create('nodes', '', { metadata: { name: 'n', annotations } });
  await api.registry.create('pods', 'default', pod('p', { nodeName: 'n' }));
  ({ origin } = await api.listen());
});
afterEach(() => api.close());

function open(query: string, protocols: string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io']): WebSocket {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return new WebSocket(`${origin.replace('https', 'wss')}${PATH}?${query}`, protocols, { ca: api.ca, headers });
}

async function connect(query: string, protocols?: string[]) {
  const socket = open(query, protocols);
  const messages: (Buffer | string)[] = [];
  socket.on('message', (data, isBinary) => messages.push(isBinary ? (data as Buffer) : String(data)));
  await once(socket, 'open');
  const channel = (wanted: number): Buffer =>
    Buffer.concat(messages.flatMap((m) => (typeof m !== 'string' && m[0] === wanted ? [m.subarray(1)] : [])));
  const send = (number: number, text: string): void => socket.send(Buffer.from([number, ...Buffer.from(text)]));
  return { socket, messages, channel, send, closed: once(socket, 'close') };
}

async function refusal(query: string, protocols?: string[]): Promise<[number | undefined, string]> {
  const socket = open(query, protocols);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return [response.statusCode, JSON.parse(text).message];
}

describe('port-forward by channels', () => {
  it('opens two channels a port with its number, and carries bytes both ways', async () => {
    const { socket, channel, send } = await connect('ports=8080&ports=300');
    expect(socket.protocol).toBe('v4.channel.k8s.io');
    send(0, 'one');
    send(2, 'two');
    await until(() => channel(0).includes('<one>') && channel(2).includes('<two>'));
    expect(channel(0)).toEqual(Buffer.concat([Buffer.from([0x90, 0x1f]), Buffer.from('hello from 8080;<one>')]));
    expect(channel(1)).toEqual(Buffer.from([0x90, 0x1f]));
    expect(channel(2)).toEqual(Buffer.concat([Buffer.from([0x2c, 0x01]), Buffer.from('hello from 300;<two>')]));
    socket.close();
    await until(() => ended.length === 2);
  });

  it('tells on the error channel why a port cannot be reached, and ends when all are over', async () => {
    const { channel, send, closed } = await connect('ports=81,80');
    const { uid } = await api.registry.get('pods', 'default', 'p');
    const why = `error forwarding port 81 to pod p_default, uid ${uid}: connection refused`;
    await until(() => channel(1).includes(why));
    expect(channel(1).subarray(2).toString()).toBe(why);
    send(2, 'close');
    const [code] = await closed;
    expect([code, channel(0).length]).toEqual([1000, 2]);
  });

  it('speaks base64, and binary to a client that names no protocol', async () => {
    const text = await connect('ports=80', ['v4.base64.channel.k8s.io']);
    text.socket.send(`0${Buffer.from('hi').toString('base64')}`);
    const decoded = () => text.messages.map((m) => `${String(m)[0]} ${Buffer.from(String(m).slice(1), 'base64')}`);
    await until(() => decoded().includes('0 <hi>'));
    expect(decoded()).toContain('0 hello from 80;');
    const plain = await connect('ports=80', []);
    plain.send(0, 'x');
    await until(() => plain.channel(0).includes('<x>'));
  });

  it('drops what belongs to no port', async () => {
    const { channel, send } = await connect('ports=80');
    for (const number of [1, 2, 4, 255]) {
      send(number, 'nobody');
    }
    send(0, 'mine');
    await until(() => channel(0).includes('<mine>'));
    expect(channel(0).includes('nobody')).toBe(false);
  });

  it.each([
    ['', 'query parameter "port" is required'],
    ['ports=', 'unable to parse "" as a port'],
    ['ports=http', 'unable to parse "http" as a port'],
    ['ports=70000', 'unable to parse "70000" as a port'],
    ['ports=80,0', 'port "0" must be > 0'],
    [`ports=${Array(129).fill('80').join(',')}`, 'at most 128 ports may be forwarded at a time'],
  ])('refuses ?%s', async (query, message) => {
    expect(await refusal(query)).toEqual([400, message]);
  });

  it('refuses protocols that it does not know', async () => {
    const [code, message] = await refusal('ports=80', ['v9.channel.k8s.io']);
    expect([code, message]).toEqual([403, expect.stringContaining('server accepts [SPDY/3.1+portforward.k8s.io v4.')]);
  });
});
