import { describe, expect, it } from 'vitest';
import { newMachine, run, sh } from '../../../../test/support/simulated-shell.ts';
import { FileSystem } from '../files/file-system.ts';

/** Its size and time. */
const LINK = '        1 1970-01-01 00:00';

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
