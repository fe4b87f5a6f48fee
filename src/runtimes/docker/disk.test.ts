import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { callWith } from './call.ts';
import { logUse, WritableLayers } from './disk.ts';

/** An engine that answers when it is let. */
function engine() {
  const clock = new ManualClock();
  const asked: ((bytes: number | Error) => void)[] = [];
  const listContainers = () =>
    new Promise((resolve, reject) =>
      asked.push((said) => (said instanceof Error ? reject(said) : resolve([{ Id: 'a', SizeRw: said }]))),
    );
  const docker = { listContainers } as unknown as Docker;
  return { clock, asked, layers: new WritableLayers({ docker, call: callWith(clock) }, clock) };
}

describe('the writable layers of an engine', () => {
  it('are asked for once a minute, and who asks meanwhile is told what was', async () => {
    const { clock, asked, layers } = engine();
    const both = Promise.all([layers.of('a'), layers.of('b')]);
    asked[0]?.(5);
    expect(await both).toEqual([{ bytes: 5 }, undefined]);
    await clock.advance(59_000);
    await layers.of('a');
    expect(asked).toHaveLength(1);
    await clock.advance(1_000);
    expect(await layers.of('a')).toEqual({ bytes: 5 });
    expect(asked).toHaveLength(2);
    asked[1]?.(6);
    await clock.advance(1);
    expect(await layers.of('a')).toEqual({ bytes: 6 });
  });

  it('are not known while an engine takes its time over them', async () => {
    const { clock, asked, layers } = engine();
    const first = layers.of('a');
    await clock.advance(3_000);
    expect(await first).toBeUndefined();
    asked[0]?.(7);
    await clock.advance(1);
    expect(await layers.of('a')).toEqual({ bytes: 7 });
  });

  it('stay what they were where it fails', async () => {
    const { clock, asked, layers } = engine();
    const first = layers.of('a');
    asked[0]?.(5);
    await first;
    await clock.advance(60_000);
    await layers.of('a');
    asked[1]?.(new Error('away'));
    await clock.advance(1);
    expect(await layers.of('a')).toEqual({ bytes: 5 });
  });
});

it('a log is its file and what was rotated of it, and one that is out of sight is not known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['a-json.log', 'a-json.log.1', 'config.v2.json']) {
    await writeFile(join(folder, name), Buffer.alloc(64 * 1_024, 1));
  }
  expect(await logUse(join(folder, 'a-json.log'))).toEqual({ bytes: 2 * 64 * 1_024, inodes: 2 });
  expect(await logUse(join(folder, 'none', 'b-json.log'))).toBeUndefined();
  expect(await logUse('')).toBeUndefined();
});
