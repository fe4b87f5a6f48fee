import { describe, expect, it } from 'vitest';
import { newMachine, noSizes, run, sh } from '../../../../test/support/simulated-shell.ts';
import { until } from '../../../../test/support/until.ts';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import { startSession } from './session.ts';

describe('sh -c', () => {
  it.each<[string, string, number, string?]>([
    ['echo hello world', 'hello world\n', 0],
    ['echo \'a  b\'  "c $COLOUR" $COLOUR', 'a  b c blue blue\n', 0],
    ['exit 42', '', 42],
    ['false || echo no; true && echo yes', 'no\nyes\n', 0],
    ['echo one >/tmp/f; echo two >>/tmp/f; cat /tmp/f', 'one\ntwo\n', 0],
    ['cat /etc/hosts | grep 10.0.0.1 | wc -l', '1\n', 0],
    ['for i in 1 2 3; do echo $i; done', '1\n2\n3\n', 0],
    ['if test -d /tmp; then echo dir; else echo none; fi', 'dir\n', 0],
    ['x=5; while [ $x -gt 3 ]; do echo $x; x=3; done', '5\n', 0],
    [`echo $\{y:-none}`, 'none\n', 0],
    ['echo $(hostname) `pwd`', 'p /\n', 0],
    ['cd /etc && pwd && cd nowhere', '/etc\n', 2, "cd: can't cd to nowhere: No such file or directory\n"],
    ['seq 100000 | head -n 2', '1\n2\n', 0],
    ['nonsense', '', 127, 'sh: nonsense: not found\n'],
    ['nonsense 2>&1 | cat', 'sh: nonsense: not found\n', 0],
    ['echo "open', '', 2, 'sh: syntax error: unterminated quoted string\n'],
    ['if true; then', '', 2, 'sh: syntax error: unexpected end of file (expecting "fi")\n'],
    ['true &&', '', 2, 'sh: syntax error: unexpected end of file\n'],
    ['cat /nowhere', '', 1, 'cat: /nowhere: No such file or directory\n'],
    ['! true', '', 1],
    ['A=1 env | grep A=; echo $A', 'A=1\n\n', 0],
    [
      'mkdir -p /a/b/c /a/e; touch /a/b/c/d; ls -R /a; cd /a; ls b/c/d e b',
      '/a:\nb\ne\n\n/a/b:\nc\n\n/a/b/c:\nd\n\n/a/e:\nb/c/d\ne:\n\nb:\nc\n',
      0,
    ],
    ['mkdir -p /a/b; touch /a/b/c; ls /a/b; rm -r /a; ls /a', 'c\n', 1, 'ls: /a: No such file or directory\n'],
    ['printf "%s-%d\\n" a 1 b 2', 'a-1\nb-2\n', 0],
    ['echo abc | tail -c 2; echo "1\n2\n3" | tail -n +2', 'c\n2\n3\n', 0],
    ['sh -c "exit 3"; echo $?', '3\n', 0],
    ["sh -c 'echo $0 $1' name arg", 'name arg\n', 0],
    ['(cd /etc; exit 4); echo $? $(pwd)', '4 /\n', 0],
  ])('%s', async (script, out, code, err = '') => {
    const answer = await sh(script);
    expect([answer.out, answer.code, answer.err]).toEqual([out, code, err]);
  });

  it('reads commands and their input from stdin', async () => {
    expect((await run(['sh'], { input: 'echo a\ncat\nb\nc' })).out).toBe('a\nb\nc');
  });

  it('keeps files from command to command', async () => {
    const machine = newMachine();
    await sh('echo kept > /root/f', { machine });
    expect((await run(['cat', '/root/f'], { machine })).out).toBe('kept\n');
  });

  it('has room for only so much', async () => {
    const answer = await sh('while true; do cat /tmp/a /tmp/a >> /tmp/b; cat /tmp/b > /tmp/a || exit 9; done', {
      machine: await (async () => {
        const machine = newMachine();
        await sh('echo 0123456789 > /tmp/a', { machine });
        return machine;
      })(),
    });
    expect([answer.code, answer.err]).toEqual([9, expect.stringContaining('No space left on device')]);
  });

  it('ends with its client, however busy it is', async () => {
    const gone = new AbortController();
    const streams = {
      stdin: undefined,
      stdout: async () => undefined,
      stderr: async () => undefined,
      sizes: noSizes(),
    };
    const running = startSession(
      { command: ['sh', '-c', 'while true; do true; done'], tty: false, machine: newMachine() },
      streams,
      gone.signal,
    );
    setTimeout(() => gone.abort(new Error('gone')), 20);
    await expect(running).rejects.toThrow('gone');
  });
});

describe('tar', () => {
  it('packs and unpacks, bytes and folders', async () => {
    const machine = newMachine();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    await run(['tee', '/tmp/binary'], { machine, input: bytes });
    await sh('mkdir -p /tmp/d/e; echo deep > /tmp/d/e/f; mkdir /copy', { machine });
    const packed = await run(['tar', 'cf', '-', '-C', '/tmp', 'binary', 'd'], { machine });
    expect(packed.code).toBe(0);
    const unpacked = await run(['tar', '-xmf', '-', '-C', '/copy'], { machine, input: packed.bytes });
    expect([unpacked.code, unpacked.err]).toEqual([0, '']);
    await sh('mkdir /own', { machine });
    // As `kubectl cp --no-preserve` has it.
    const command = ['tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-', '-C', '/own'];
    expect(await run(command, { machine, input: packed.bytes })).toMatchObject({ code: 0, err: '' });
    expect((await run(['cat', '/own/d/e/f'], { machine })).out).toBe('deep\n');
    expect((await run(['cat', '/copy/binary'], { machine })).bytes.equals(Buffer.from(bytes))).toBe(true);
    expect((await run(['cat', '/copy/d/e/f'], { machine })).out).toBe('deep\n');
    const zipped = await run(['tar', 'zcf', '-', '/tmp/d'], { machine });
    expect((await run(['tar', 'ztf', '-'], { machine, input: zipped.bytes })).out).toBe(
      'tmp/d/\ntmp/d/e/\ntmp/d/e/f\n',
    );
  });

  it('refuses what is no archive, and says what is missing', async () => {
    expect((await run(['tar', 'xf', '-'], { input: 'x'.repeat(2_000) })).code).toBe(1);
    expect(await run(['tar', 'cf', '-', '/nowhere'])).toMatchObject({
      code: 1,
      err: 'tar: /nowhere: No such file or directory\n',
    });
  });
});

describe('a terminal', () => {
  function open(command: readonly string[]) {
    const stdin = new BytePipe();
    let screen = '';
    const streams = {
      stdin,
      stdout: async (chunk: Uint8Array) => {
        screen += Buffer.from(chunk).toString();
      },
      stderr: async () => undefined,
      sizes: (async function* () {
        yield { width: 100, height: 40 };
      })(),
    };
    const code = startSession({ command, tty: true, machine: newMachine() }, streams, new AbortController().signal);
    const shows = (text: string) =>
      until(
        () => screen.endsWith(text),
        () => JSON.stringify(screen),
      );
    return { code, shows, type: (text: string) => stdin.write(Buffer.from(text)) };
  }

  it('echoes, edits, interrupts and ends', async () => {
    const { code, shows, type } = open(['sh']);
    await shows('# ');
    await type('echo hx\x7fi\r');
    await shows('echo hx\b \bi\r\nhi\r\n# ');
    await type('sleep 1000\r');
    await shows('sleep 1000\r\n');
    await type('\x03');
    await shows('^C\r\n# ');
    await type('echo $?\r');
    await shows('130\r\n# ');
    await type('stty size\r');
    await shows('40 100\r\n# ');
    await type('cat\rline\r');
    await shows('line\r\nline\r\n');
    await type('\x04');
    await shows('# ');
    await type('exit 7\r');
    expect(await code).toBe(7);
  });

  it('^C ends a program that no shell started', async () => {
    const { code, type } = open(['cat']);
    await type('\x03');
    expect(await code).toBe(130);
  });
});
