import { describe, expect, it } from 'vitest';
import { container, logs, START, sandbox, setup } from '../../../test/support/simulated-fixture.ts';

describe('logs', () => {
  const settings = { startMs: 0, runMs: 3_500, exitCode: 1, logs: { everyMs: 1_000, lines: ['tick', 'tock'] } };
  const ALL = ['main: started web:1 (attempt 0)', 'tick', 'tock', 'tick', 'main: exit code 1', ''].join('\n');

  async function logged() {
    const all = setup();
    await all.runtime.ensurePod(sandbox('a', settings));
    await all.runtime.startContainer('a', container(), 0);
    return all;
  }

  it('grow with time and are the same for everyone', async () => {
    const { time, open, runtime } = await logged();
    expect(await logs(runtime, 'a')).toBe('main: started web:1 (attempt 0)\n');
    time.now += 60_000;
    expect(await logs(open(), 'a')).toBe(ALL);
  });

  it('honour the options', async () => {
    const { time, runtime } = await logged();
    time.now += 60_000;
    expect(await logs(runtime, 'a', { tailLines: 2 })).toBe('tick\nmain: exit code 1\n');
    expect(await logs(runtime, 'a', { tailLines: 0 })).toBe('');
    expect(await logs(runtime, 'a', { limitBytes: 7 })).toBe('main: s');
    expect(await logs(runtime, 'a', { sinceTime: START + 2_500 })).toBe('tick\nmain: exit code 1\n');
    expect(await logs(runtime, 'a', { timestamps: true, tailLines: 1 })).toBe(
      '2026-01-01T00:00:03.500000000Z main: exit code 1\n',
    );
    await expect(logs(runtime, 'a', { previous: true })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(logs(runtime, 'zzz')).rejects.toMatchObject({ code: 'NotFound' });
    await runtime.startContainer('a', container(), 1);
    expect(await logs(runtime, 'a', { previous: true })).toBe(ALL);
  });

  it('are followed to the end, each line once', async () => {
    const { runtime } = await logged();
    expect(await logs(runtime, 'a', { follow: true })).toBe(ALL);
  });

  it('are followed until the reader goes', async () => {
    const { runtime } = setup();
    await runtime.ensurePod(sandbox('a', { startMs: 0, logs: { everyMs: 1_000 } }));
    await runtime.startContainer('a', container(), 0);
    const reader = new AbortController();
    let lines = 0;
    for await (const chunk of runtime.streaming?.logs('a', 'main', { follow: true }, reader.signal) ?? []) {
      lines += Buffer.from(chunk).toString().split('\n').length - 1;
      if (lines >= 5) {
        reader.abort();
      }
    }
    expect(lines).toBe(5);
  });

  it('of a long life are bounded', async () => {
    const { time, runtime } = setup();
    await runtime.ensurePod(sandbox('a', { startMs: 0, logs: { everyMs: 10, lines: ['x'] } }));
    await runtime.startContainer('a', container(), 0);
    time.now += 1e10;
    expect((await logs(runtime, 'a')).split('\n').length).toBe(100_001);
  });
});
