import { describe, expect, it } from 'vitest';
import { newMachine, sh } from '../../../../test/support/simulated-shell.ts';
import { Effort } from './effort.ts';
import { expandToFields, expandToText } from './expand.ts';
import type { Word } from './syntax.ts';

const MAX_STEPS = 20_000_000;
const TOO_LONG = 'Argument list too long';

/** Of `$x`, in `cwd`, so many words of so many parts; `rests` are the steps that had been taken at each. */
function expanding(x: string, { machine = newMachine(), cwd = '/', words = 1, parts = 1 } = {}) {
  const rests: number[] = [];
  const effort: Effort = new Effort(new AbortController().signal, async () => void rests.push(effort.steps));
  const word: Word = Array(parts).fill({ kind: 'variable', name: 'x', fallback: '', quoted: false });
  const expansion = { place: { files: machine.files, cwd }, effort, variable: () => x, substitute: async () => '' };
  const fields = () => expandToFields(Array(words).fill(word), expansion);
  return { fields, text: () => expandToText(word, expansion), effort, rests };
}

async function folderOf(names: number) {
  const machine = newMachine();
  await sh(`mkdir /g; cd /g; touch $(seq ${names})`, { machine });
  return { machine, cwd: '/g' };
}

describe('the words of one command', () => {
  it('come to no more than a program may be given, however many patterns they are', async () => {
    const { machine } = await folderOf(1_000);
    const doubled = 'x="$x $x";'.repeat(14);
    expect(await sh(`cd /g; x="./*"; ${doubled} echo $x; echo $?; for i in $x; do echo $i; done`, { machine })).toEqual(
      expect.objectContaining({ code: 126, out: '126\n', err: `sh: ${TOO_LONG}\n`.repeat(2) }),
    );
    expect((await sh('cd /g; x="./*"; x="$x $x"; echo $x | wc -w', { machine })).out).toBe('2000\n');
  });

  it('rest together, none of them for itself', async () => {
    const { fields, rests } = expanding('./*z '.repeat(500), await folderOf(200));
    expect(await fields()).toEqual(Array(500).fill('./*z'));
    // Each field takes less than a turn.
    expect(rests.length).toBeGreaterThan(5);
    expect(Math.max(...rests.map((steps, index) => steps - (rests[index - 1] ?? 0)))).toBeLessThan(210_000);
  });

  it('stay as they are from where they took too many steps', async () => {
    const { fields, effort } = expanding('./*z '.repeat(5_000), await folderOf(1_000));
    expect(await fields()).toHaveLength(5_000);
    expect(effort.steps).toBeLessThan(MAX_STEPS + 210_000);
  });

  it('are split no further than they may go', async () => {
    const { fields, rests, effort } = expanding('a '.repeat(2_000_000));
    await expect(fields()).rejects.toThrow(TOO_LONG);
    expect(rests.length).toBeGreaterThan(10);
    // Not half of them.
    expect(effort.steps).toBeLessThan(10_000_000);
  });

  it('rest between texts of blanks too', async () => {
    const { fields, rests } = expanding(' '.repeat(4_000_000), { words: 20 });
    expect(await fields()).toEqual([]);
    expect(rests).toHaveLength(20);
  });

  it('are not put together beyond what they may be', async () => {
    // More than a string can hold.
    await expect(expanding('a'.repeat(2 ** 20), { parts: 600 }).fields()).rejects.toThrow(TOO_LONG);
  });

  it('are no longer together than one may be', async () => {
    const doubled = 'x="$x$x";'.repeat(21);
    expect(await sh(`x=a; ${doubled} echo $x$x | wc -c; echo "$x"; echo $?`)).toMatchObject({
      out: '0\n126\n',
      err: `sh: ${TOO_LONG}\n`.repeat(2),
    });
  });
});

describe('variables', () => {
  it('hold no more than a shell may keep in memory', async () => {
    const half = await sh(`x=a; ${'x="$x$x";'.repeat(23)} echo kept`);
    expect(half).toMatchObject({ code: 0, out: 'kept\n', err: '' });
    expect(await sh(`x=a; ${'x="$x $x";'.repeat(30)} echo kept`)).toMatchObject({
      code: 1,
      out: '',
      err: 'sh: Cannot allocate memory\n',
    });
  });

  it('hold no more together, whatever made them', async () => {
    const made = 'for i in $(seq 15); do export v$i=$x; done; unset v1; export v15=$x; echo $?';
    expect(await sh(`x=a; ${'x="$x$x";'.repeat(20)} ${made}`)).toMatchObject({
      code: 0,
      out: '0\n',
      err: 'export: Cannot allocate memory\n',
    });
  });

  it('go back to what they were before a command, however full they are', async () => {
    const half = `a=a; ${'a="$a$a";'.repeat(23)}`;
    expect(await sh(`${half} b=; a= b="$a" true; echo $? $b`)).toMatchObject({ code: 0, out: '0\n', err: '' });
  });

  it('are given no text that is more than they may hold', async () => {
    // More than a string can hold.
    await expect(expanding('a'.repeat(2 ** 20), { parts: 600 }).text()).rejects.toThrow('Cannot allocate memory');
  });
});
