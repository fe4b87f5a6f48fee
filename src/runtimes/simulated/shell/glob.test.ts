import { describe, expect, it } from 'vitest';
import { newMachine, sh } from '../../../../test/support/simulated-shell.ts';
import { Effort } from './effort.ts';
import { expandPaths } from './glob.ts';

const FILES =
  'mkdir -p /g/d1 /g/d2 /g/.h; cd /g; touch a.conf b.conf c.txt .hidden d1/x.conf d2/y.conf d2/.z "s p.conf"';

describe('pathname expansion', () => {
  it.each<[string, string]>([
    ['echo *.conf', 'a.conf b.conf s p.conf\n'],
    ['for f in /g/*.conf; do echo "<$f>"; done', '</g/a.conf>\n</g/b.conf>\n</g/s p.conf>\n'],
    ['echo *', 'a.conf b.conf c.txt d1 d2 s p.conf\n'],
    ['echo .h*', '.h .hidden\n'],
    ['echo ?.conf ??.conf', 'a.conf b.conf ??.conf\n'],
    ['echo [ab].conf [!ab].* [b-d].*', 'a.conf b.conf c.txt b.conf c.txt\n'],
    ['echo [[:alpha:]].txt [[:digit:]].txt', 'c.txt [[:digit:]].txt\n'],
    ['echo []a].conf [a', 'a.conf [a\n'],
    ['echo */*.conf */ ./d?/.z', 'd1/x.conf d2/y.conf d1/ d2/ ./d2/.z\n'],
    ['echo /g/d[1-2]/../c.txt', '/g/d1/../c.txt /g/d2/../c.txt\n'],
    ['echo *.none /nowhere/*', '*.none /nowhere/*\n'],
    [`echo "*.conf" '*.conf' \\*.conf a"*"`, '*.conf *.conf *.conf a*\n'],
    [`echo "a"*f [a"-"c].conf`, 'a.conf a.conf\n'],
    ['p="*.txt"; echo $p "$p"', 'c.txt *.txt\n'],
    ['x=*.txt; echo "$x"', '*.txt\n'],
    ['echo $(echo "c*")', 'c.txt\n'],
    ['ln -s nowhere l1; echo l*', 'l1\n'],
    ['cd d2; echo ../*.txt', '../c.txt\n'],
    ['[ -f c.txt ] && echo yes', 'yes\n'],
  ])('%s', async (script, out) => {
    const machine = newMachine();
    await sh(FILES, { machine });
    expect(await sh(`cd /g; ${script}`, { machine })).toMatchObject({ out, code: 0, err: '' });
  });

  it.each([
    ['stars', '*'.repeat(10_000)],
    ['stars between letters', 'a*'.repeat(5_000)],
    ['stars that match all but the end', `${'*a'.repeat(100)}b`],
    ['open brackets', '['.repeat(10_000)],
    ['folders', '*/'.repeat(2_000)],
  ])('is over soon for many %s', async (_, pattern) => {
    const machine = newMachine();
    await sh(`mkdir /g; cd /g; touch ${'a'.repeat(250)}`, { machine });
    const before = performance.now();
    expect((await sh(`cd /g; echo ${pattern}`, { machine })).code).toBe(0);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('leaves a word that comes to too much as it is', async () => {
    const machine = newMachine();
    await sh('mkdir /g; cd /g; for i in $(seq 150); do mkdir $i; done', { machine });
    expect((await sh('cd /g; echo */../* | wc -w; echo */../*/..', { machine })).out).toBe('1\n*/../*/..\n');
    expect((await sh('cd /g; echo *0/../* | wc -w', { machine })).out).toBe('2250\n');
  });

  it('takes no long text for a pattern', async () => {
    const machine = newMachine();
    expect((await sh(`cd /; echo ${'*'.repeat(16_385)} | wc -c`, { machine })).out).toBe('16386\n');
    await sh('seq 20000 > /tmp/a', { machine });
    expect((await sh('x="$(cat /tmp/a)"; echo $x | wc -w', { machine })).out).toBe('20000\n');
  });

  it.each<[string, string, number, number]>([
    ['looks at the files for each path', '*/.', 300, 5],
    ['follows each link', 'l*/*', 300, 5],
    ['takes no path that is longer than a path may be', `*${'/.'.repeat(8_000)}`, 300, 0],
    ['takes a row of plain parts for one', `*${'/.'.repeat(2_000)}/*`, 2, 0],
  ])('%s, and rests', async (_, pattern, folders, rests) => {
    const machine = newMachine();
    await sh(`mkdir /g; cd /g; for i in $(seq ${folders}); do mkdir d$i; ln -s d$i l$i; done`, { machine });
    const looks: string[] = [];
    const files = new Proxy(machine.files, {
      get: (target, name) => (path: string) => {
        looks.push(path);
        return Reflect.get(target, name).call(target, path);
      },
    });
    let taken = 0;
    const effort = new Effort(new AbortController().signal, async () => {
      // Forty links with a long path each are milliseconds.
      expect(looks.length).toBeLessThanOrEqual(60);
      looks.length = 0;
      taken += 1;
    });
    await expandPaths([{ text: pattern, isPlain: false }], { files, cwd: '/g' }, effort);
    expect(looks.length).toBeLessThanOrEqual(60);
    expect(taken).toBeGreaterThanOrEqual(rests);
    expect(effort.steps).toBeLessThan(500_000);
  });
});
