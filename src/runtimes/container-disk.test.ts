import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MeasuredDisk, withDisk } from './container-disk.ts';

const usage = { cpu: 1, memory: 2 };

it('a disk is measured once a minute, by whoever asks, and again where that failed', async () => {
  const clock = new ManualClock();
  const disk = new MeasuredDisk(clock);
  let [measured, isAway] = [0, false];
  const measure = async () => {
    measured += 1;
    if (isAway) {
      throw new Error('away');
    }
    return { bytes: measured };
  };
  expect(await Promise.all([disk.of('a', measure), disk.of('a', measure)])).toEqual([{ bytes: 1 }, { bytes: 1 }]);
  await clock.advance(59_000);
  expect(await disk.of('a', measure)).toEqual({ bytes: 1 });
  expect(await disk.of('b', measure)).toEqual({ bytes: 2 });
  isAway = true;
  await clock.advance(1_000);
  await expect(disk.of('a', measure)).rejects.toThrow('away');
  isAway = false;
  expect(await disk.of('a', measure)).toEqual({ bytes: 4 });
});

it('what a container holds is its log and what it changed, as far as they are known', () => {
  expect(withDisk(usage, undefined, undefined)).toBe(usage);
  expect(withDisk(usage, { bytes: 3 }, undefined)).toEqual({ ...usage, ephemeralStorage: 3, logs: { bytes: 3 } });
  expect(withDisk(usage, { bytes: 3, inodes: 1 }, { bytes: 4, inodes: 2 })).toEqual({
    ...{ ...usage, ephemeralStorage: 7, logs: { bytes: 3, inodes: 1 }, rootfs: { bytes: 4, inodes: 2 } },
  });
});
