import { describe, expect, it } from 'vitest';
import { EXEC, frame, say, useExec } from '../../../test/support/exec-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { RuntimeError, type TerminalSize } from '../../runtimes/runtime.ts';

const exec = useExec();

describe('exec over a WebSocket', () => {
  it('v5: input, a closed channel, outputs, success', async () => {
    const { socket, closed, channel } = await exec.open('command=a&command=b%20c&stdin=true&stdout=true&stderr=true', [
      'v5.channel.k8s.io',
      'v4.channel.k8s.io',
    ]);
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    socket.send(frame(0, 'hello'));
    socket.send(Buffer.from([255, 0]));
    await closed;
    expect([channel(1), channel(2)]).toEqual(['<hello>', 'bye']);
    expect(JSON.parse(channel(3))).toEqual({ metadata: {}, status: 'Success' });
    expect(exec.calls[0]).toMatchObject({ container: 'main', options: { command: ['a', 'b c'], tty: false } });
  });

  it('v4: a failure has its exit code', async () => {
    exec.run = async () => 7;
    const { closed, channel, messages } = await exec.open('command=x&stdout=1', ['v4.channel.k8s.io']);
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
    const { socket, messages } = await exec.open('command=x&stdin=true&stdout=true', [protocol]);
    socket.send(`0${say('hi').toString('base64')}`);
    await until(() => messages.includes(`1${say('<hi>').toString('base64')}`));
    socket.close();
    await until(() => exec.calls[0]?.signal.aborted);
    expect(status === undefined || messages.length > 0).toBe(true);
  });

  it.each(['channel.k8s.io', ''])('before v4 ("%s") only a failure is told, as text', async (protocol) => {
    exec.run = async () => 1;
    const { closed, channel } = await exec.open('command=x&stdout=true', protocol === '' ? [] : [protocol]);
    await closed;
    expect(channel(3)).toBe('command terminated with non-zero exit code: error executing command [x], exit code 1');
  });

  it('tells sizes of the terminal, and has no stderr then', async () => {
    const sizes: TerminalSize[] = [];
    exec.run = async (streams) => {
      for await (const size of streams.sizes) {
        sizes.push(size);
        break;
      }
      await streams.stderr(say('no'));
      return 0;
    };
    const { socket, closed, channel } = await exec.open('command=x&stdout=true&stderr=true&tty=true', [
      'v5.channel.k8s.io',
    ]);
    socket.send(frame(4, 'nonsense{}{"Width":-1,"Height":2}{"Width":80,"Height":24}'));
    await closed;
    expect([sizes, channel(2), exec.calls[0]?.options.tty]).toEqual([[{ width: 80, height: 24 }], '', true]);
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
    exec.run = async () => {
      throw error();
    };
    const { closed, channel } = await exec.open('command=x&stdout=true', ['v5.channel.k8s.io']);
    await closed;
    expect(JSON.parse(channel(3))).toMatchObject({
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
    });
  });

  it('ends the program when the client goes, and all programs when the server stops', async () => {
    exec.run = async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 0;
    };
    const first = await exec.open('command=x&stdout=true', ['v5.channel.k8s.io']);
    await until(() => exec.calls.length === 1);
    first.socket.terminate();
    await until(() => exec.calls[0]?.signal.aborted);
    exec.api.stop.abort();
  });

  it('waits for a slow client instead of keeping its output', async () => {
    let written = 0;
    exec.run = async ({ stdout }, { signal }) => {
      while (!signal.aborted) {
        await stdout(Buffer.alloc(65_536));
        written += 65_536;
      }
      return 0;
    };
    const { socket } = await exec.open('command=x&stdout=true', ['v5.channel.k8s.io']);
    socket.pause();
    let before = -1;
    await until(() => {
      const same = written === before && written > 0;
      before = written;
      return same;
    });
    expect(written).toBeLessThan(64 * 1024 * 1024);
    socket.terminate();
    await until(() => exec.calls[0]?.signal.aborted);
  });
});

it('attach ends with success, whatever the program ended with', async () => {
  exec.run = async ({ stdout }) => {
    await stdout(say('log'));
    return 3;
  };
  const path = EXEC.replace('exec', 'attach');
  const { closed, channel } = await exec.open('', ['v5.channel.k8s.io'], { path });
  await closed;
  expect([channel(1), JSON.parse(channel(3)).status]).toEqual(['log', 'Success']);
});
