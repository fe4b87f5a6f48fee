import { describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.ts';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import { systemClock } from '../../../timing/clock.ts';
import type { TerminalSize } from '../../runtime.ts';
import { FileSystem } from '../files/file-system.ts';
import { writeImageFiles } from '../files/image-files.ts';
import { MountedFiles } from '../files/mounted-files.ts';
import type { Machine } from './program.ts';
import { startSession } from './session.ts';

async function* noSizes(): AsyncGenerator<TerminalSize> {
  yield* [];
}

function newMachine(): Machine {
  const newFiles = () => new FileSystem({ maxBytes: 1_000_000, shared: { bytes: 1_000_000 }, now: () => 0 });
  const base = newFiles();
  writeImageFiles(base, { hostname: 'p', ip: '10.0.0.1', image: 'busybox' });
  const files = new MountedFiles(base, [{ path: '/volume', files: newFiles(), subPath: '', readOnly: false }]);
  return { files, hostname: 'p', clock: systemClock, env: { COLOUR: 'blue' }, workingDir: '/' };
}

async function run(
  command: readonly string[],
  { input, machine = newMachine() }: { input?: string | Uint8Array; machine?: Machine } = {},
) {
  const [stdout, stderr]: [Uint8Array[], Uint8Array[]] = [[], []];
  const stdin = input === undefined ? undefined : new BytePipe(1e9);
  await stdin?.write(Buffer.from(input ?? ''));
  stdin?.end();
  const streams = {
    stdin,
    stdout: async (chunk: Uint8Array) => void stdout.push(chunk),
    stderr: async (chunk: Uint8Array) => void stderr.push(chunk),
    sizes: noSizes(),
  };
  const code = await startSession({ command, tty: false, machine }, streams, new AbortController().signal);
  return {
    code,
    out: Buffer.concat(stdout).toString(),
    bytes: Buffer.concat(stdout),
    err: Buffer.concat(stderr).toString(),
  };
}
/** Its size and time. */
const LINK = '        1 1970-01-01 00:00';
const sh = (script: string, more: Parameters<typeof run>[1] = {}) => run(['sh', '-c', script], more);

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

describe('symbolic links', () => {
  const MADE =
    'cd /tmp; echo one > a; mkdir d; echo two > d/f; ln -s a la; ln -s d ld; ln -s /nowhere lost; ln -s b c; ln -s c b;';

  it.each<[string, string, number, string?]>([
    ['cat la ld/f; ls ld; cd ld && cat f', 'one\ntwo\nf\ntwo\n', 0],
    ['ls; readlink la', 'a\nb\nc\nd\nla\nld\nlost\na\n', 0],
    ['ls -l la ld', `lrwxrwxrwx 1 root root ${LINK} la -> a\nlrwxrwxrwx 1 root root ${LINK} ld -> d\n`, 0],
    ['ls lost; cat lost', 'lost\n', 1, 'cat: lost: No such file or directory\n'],
    ['cat b', '', 1, 'cat: b: Too many levels of symbolic links\n'],
    ['echo new > la; cat a; rm la; ls a; test -L la', 'new\na\n', 1],
    ['rm -r ld; cat d/f; mv lost d/found; readlink d/found', 'two\n/nowhere\n', 0],
    ['cp la copy; cp -r ld copied; test -L copy; echo $?; readlink copied', '1\nd\n', 0],
    ['ln -s a la', '', 1, "ln: 'la': File exists\n"],
    ['ln -sf d/f la; cat la', 'two\n', 0],
    ['ln -s /volume v; echo kept > v/x; cat /volume/x; ln -s ../tmp/a v/back; cat v/back', 'kept\none\n', 0],
    ['find ld; test -d ld && test -h ld', 'ld\n', 0],
    ['ln a hard', '', 1, "ln: 'hard': Operation not permitted\n"],
    ['mkdir d/sub; ln -s d/sub s; cat s/../f; ls s/..; cd s; cat ../f; cd ..; pwd', 'two\nf\nsub\ntwo\n/tmp\n', 0],
    ['cat a/../a', '', 1, 'cat: a/../a: Not a directory\n'],
    ['cat none/../a', '', 1, 'cat: none/../a: No such file or directory\n'],
    ['ln -s "" e', '', 1, "ln: 'e': No such file or directory\n"],
    ['rm d/f; rmdir ld', '', 1, "rmdir: 'ld': Not a directory\n"],
    ['rm -r ld/', '', 1, "rm: can't remove 'ld/': Not a directory\n"],
    ['cp -r ld/ x; test -L x; echo $?; cat x/f; cp -r ld/ x; cat x/ld/f', '1\ntwo\ntwo\n', 0],
    ['mkdir -p lost/x', '', 1, "mkdir: can't create directory 'lost/x': File exists\n"],
    ['mkdir -p lost', '', 1, "mkdir: can't create directory 'lost': File exists\n"],
    ['mkdir -p ld/x/../y/ la; ls d', 'f\nx\ny\n', 0, "mkdir: can't create directory 'la': File exists\n"],
    ['cp -r d ld', '', 1, "cp: cannot copy a directory, 'd', into itself, 'ld/d'\n"],
    ['cp -r d ld/x', '', 1, "cp: cannot copy a directory, 'd', into itself, 'ld/x'\n"],
    ['cp -r /tmp d', '', 1, "cp: cannot copy a directory, '/tmp', into itself, 'd/tmp'\n"],
    [
      'mkdir -p s/d/e t/s; ln -s /tmp/s/d/e t/s/d; cp -r s t',
      '',
      1,
      "cp: cannot copy a directory, 's/d', into itself, 't/s/d'\n",
    ],
  ])('%s', async (script, out, code, err = '') => {
    const answer = await sh(`${MADE} ${script}`);
    expect([answer.out, answer.code, answer.err]).toEqual([out, code, err]);
  });

  it('cost no more than the length of a path, which has an end', async () => {
    const machine = newMachine();
    const long = 'x/'.repeat(20_000);
    const few = `${'x/'.repeat(2_000)}y`;
    const answer = await sh(`cd /tmp; ln -s a l; cat ${long}; ln -s ${long} m; mkdir -p ${few}; cd x; ln -s ${few} n`, {
      machine,
    });
    expect(answer.err).toBe(`cat: ${long}: File name too long\nln: 'm': File name too long\n`);
    // How often one folder on the way is asked.
    const { files } = machine;
    let steps = 0;
    const root = files.find('/tmp/x');
    const entries = root?.kind === 'directory' ? root.entries : new Map();
    const get = entries.get.bind(entries);
    entries.get = (name: string) => {
      steps += 1;
      return get(name);
    };
    expect([files.find(`/tmp/${few}`)?.kind, steps]).toEqual(['directory', 1]);
  });

  it('folders that were moved into each other, deeper than any path, give back their room', () => {
    const shared = { bytes: 10_000_000 };
    const files = new FileSystem({ maxBytes: 10_000_000, shared, now: () => 0 });
    const deep = '/x'.repeat(2_000);
    for (let index = 0; index < 10; index += 1) {
      files.makeDirectory(`/t${index}${deep}`, { parents: true });
      if (index > 0) {
        files.rename(`/t${index - 1}`, `/t${index}${deep}/t`);
      }
    }
    files.remove('/t9', { recursive: true });
    expect(shared.bytes).toBe(10_000_000);
  });

  it('are packed and unpacked by tar, in place of what was there', async () => {
    const machine = newMachine();
    await sh(`${MADE} mkdir /copy; echo old > /copy/la; ln -s /tmp/a /copy/a`, { machine });
    const packed = await run(['tar', 'cf', '-', '-C', '/tmp', 'a', 'la', 'd', 'ld', 'lost'], { machine });
    expect([packed.code, packed.err]).toEqual([0, '']);
    const unpacked = await run(['tar', '-xmf', '-', '-C', '/copy'], { machine, input: packed.bytes });
    expect([unpacked.code, unpacked.err]).toEqual([0, '']);
    const { out } = await sh('cd /copy; readlink la ld lost; cat la ld/f; test -L a; echo $?', { machine });
    expect(out).toBe('a\nd\n/nowhere\none\ntwo\n1\n');
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
