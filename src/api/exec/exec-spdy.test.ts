import { describe, expect, it } from 'vitest';
import { authorization, EXEC, useExec } from '../../../test/support/exec-fixture.ts';
import { connectSpdy } from '../../../test/support/spdy-client.ts';
import { until } from '../../../test/support/until.ts';

const exec = useExec();

describe('exec over SPDY', () => {
  const protocols = { 'x-stream-protocol-version': ['v9.channel.k8s.io', 'v4.channel.k8s.io', 'v3.channel.k8s.io'] };
  async function connect(query: string, headers: Record<string, string | string[]> = protocols) {
    const { origin } = await exec.api.listen();
    return connectSpdy(`${origin}${EXEC}?${query}`, { ca: exec.api.ca, headers: { authorization, ...headers } });
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
    expect(exec.calls).toEqual([]);
  });

  it('a client that goes away ends the program', async () => {
    const { client, socket } = await connect('command=x&stdin=true&stdout=true');
    for (const streamtype of ['error', 'stdin', 'stdout']) {
      await client?.open({ streamtype });
    }
    await until(() => exec.calls.length === 1);
    socket?.destroy();
    await until(() => exec.calls[0]?.signal.aborted);
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
    ['a WebSocket of another method', { upgrade: 'websocket' }, 405, 'Invalid HTTP method'],
  ])('%s', async (_, headers, code, message) => {
    const answer = await connect('command=x&stdout=true', headers);
    expect([answer.code, JSON.parse(answer.text).message]).toEqual([code, message]);
  });
});
