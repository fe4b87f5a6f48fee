import { describe, expect, it } from 'vitest';
import { ShortMemory } from './short-memory.ts';

function world(isKept?: (value: number) => boolean) {
  const time = { ms: 0 };
  const asked: { key: string; answer: (value: number) => void; fail: (error: Error) => void }[] = [];
  const memory = new ShortMemory<number>({
    clock: { monotonic: () => time.ms },
    read: (key) => new Promise((answer, fail) => asked.push({ key, answer, fail })),
    ...(isKept === undefined ? {} : { isKept }),
  });
  return { time, asked, memory };
}

describe('ShortMemory', () => {
  it('asks once for all who wait, and answers at once for a second from the question', async () => {
    const { time, asked, memory } = world();
    const both = Promise.all([memory.find('a'), memory.find('a')]);
    time.ms = 400;
    asked[0]?.answer(7);
    expect(await both).toEqual([7, 7]);
    time.ms = 999;
    expect(memory.find('a')).toBe(7);
    time.ms = 1_000;
    expect(memory.find('a')).toBeInstanceOf(Promise);
    expect(asked.map(({ key }) => key)).toEqual(['a', 'a']);
  });

  it('does not remember what was forgotten while it was asked for', async () => {
    const { asked, memory } = world();
    const old = memory.find('a');
    memory.forget('a');
    const fresh = memory.find('a');
    asked[1]?.answer(2);
    expect(await fresh).toBe(2);
    asked[0]?.answer(1);
    expect(await old).toBe(1);
    expect(memory.find('a')).toBe(2);
  });

  it('remembers no failure, nothing that is not kept, and asks again where what it has does not suffice', async () => {
    const { asked, memory } = world((value) => value > 0);
    const failing = memory.find('a');
    asked[0]?.fail(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    const zero = memory.find('a');
    asked[1]?.answer(0);
    expect(await zero).toBe(0);
    const one = memory.find('a');
    asked[2]?.answer(1);
    expect(await one).toBe(1);
    expect(memory.find('a')).toBe(1);
    expect(memory.find('a', (value) => value > 1)).toBeInstanceOf(Promise);
  });
});
