import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandLife } from './command-life.ts';

const shell = (script: string) => ['/bin/sh', '-c', script];

it.each<[string[], { runMs: number | undefined; exitCode: number }]>([
  [['true'], { runMs: 10, exitCode: 0 }],
  [['/bin/false'], { runMs: 10, exitCode: 1 }],
  [['sleep', '1.5'], { runMs: 1_500, exitCode: 0 }],
  [['sleep', '2m'], { runMs: 120_000, exitCode: 0 }],
  [['sleep', 'infinity'], { runMs: undefined, exitCode: 0 }],
  [['echo', 'a;', 'exit', '3'], { runMs: 10, exitCode: 0 }],
  [shell('exit 1'), { runMs: 10, exitCode: 1 }],
  [shell('exit'), { runMs: 10, exitCode: 0 }],
  [shell('echo "hello world"; sleep 5; exit 42'), { runMs: 5_020, exitCode: 42 }],
  [shell("echo 'a; false' && sleep 1\nfalse"), { runMs: 1_020, exitCode: 1 }],
  [shell('false && sleep 100 && exit 3; echo on'), { runMs: 20, exitCode: 0 }],
  [shell('false && sleep 100'), { runMs: 10, exitCode: 1 }],
  [['bash', '-ec', 'sleep 3'], { runMs: 3_000, exitCode: 0 }],
  [shell('exit 1; sleep 100'), { runMs: 10, exitCode: 1 }],
  [shell('sleep inf; exit 1'), { runMs: undefined, exitCode: 0 }],
])('%j', (argv, life) => expect(commandLife(argv)).toEqual(life));

it.each<[string[]]>([
  [[]],
  [['sh']],
  [['perl', '-Mbignum=bpi', '-wle', 'print bpi(2000)']],
  [['sleep', '1', '2']],
  [['sleep', 'x']],
  [shell('while true; do sleep 1; done')],
  [shell('echo $HOME')],
  [shell('sleep 5 & wait')],
  [shell('false || true')],
  [shell('exit 1000')],
  [shell('echo "$(id)"')],
  [shell('trap "" TERM; sleep 5')],
])('says nothing of %j', (argv) => expect(commandLife(argv)).toBeUndefined());

it('takes any script, in time that grows with its length alone', () => {
  const words = fc.constantFrom('echo', 'sleep', '1', ';', '&&', '&', '\n', "'", '"', '$', 'exit', ' ', '\0', '\\');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 400 }), (parts) => {
      const life = commandLife(shell(parts.join('')));
      expect(life === undefined || Number.isInteger(life.exitCode)).toBe(true);
    }),
  );
});
