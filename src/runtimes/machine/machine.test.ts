import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { machineOf } from './machine.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flotilla-machine-'));
  await put('proc/meminfo', 'MemTotal:       8000 kB\nMemFree:        1000 kB\nInactive(file):  500 kB\n');
  await put('proc/sys/kernel/pid_max', '4194304\n');
  await put('proc/sys/kernel/threads-max', '1000\n');
  await put('proc/loadavg', '0.00 0.01 0.05 3/250 4711\n');
  await put('os-release', 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
const clock = new ManualClock();
const machine = (more: Partial<Parameters<typeof machineOf>[0]> = {}) =>
  machineOf({
    ...{ root, clock, proc: join(root, 'proc'), cgroup: join(root, 'cgroup'), osRelease: join(root, 'os-release') },
    ...more,
  });
const left = async (more: Parameters<typeof machine>[0] = {}) => machine(more).hostSignals.left('n1');

describe('what a host has left', () => {
  it('memory without the working set, processes, the disk of pods and that of images', async () => {
    const signals = await left({ imageFolder: async () => root });
    expect(signals.get('memory.available')).toEqual({ capacity: 8_192_000, available: 1_536_000 });
    expect(signals.get('pid.available')).toEqual({ capacity: 1_000, available: 750 });
    const disk = signals.get('nodefs.available');
    expect(disk?.capacity).toBeGreaterThan(disk?.available ?? 0);
    expect(signals.get('imagefs.available')?.capacity).toBe(disk?.capacity);
  });

  it('of images nothing where they have no disk, or the worker does not see it', async () => {
    expect((await left()).has('imagefs.available')).toBe(false);
    const away = await left({ imageFolder: async () => join(root, 'none') });
    expect([away.has('imagefs.available'), away.has('memory.available')]).toEqual([false, true]);
  });

  it.each([
    ['memory.max', 'memory.current', 'memory.stat', 'inactive_file'],
    ['memory/memory.limit_in_bytes', 'memory/memory.usage_in_bytes', 'memory/memory.stat', 'total_inactive_file'],
  ])(
    'where its pods are confined with the worker, what the cgroup leaves (%s)',
    async (limit, used, stat, inactive) => {
      await put(`cgroup/${limit}`, '4096000\n');
      await put(`cgroup/${used}`, '4000000\n');
      await put(`cgroup/${stat}`, `anon 1\n${inactive} 4000\n`);
      const confined = await left({ isConfined: true });
      expect(confined.get('memory.available')).toEqual({ capacity: 4_096_000, available: 100_000 });
      expect((await left()).get('memory.available')?.capacity).toBe(8_192_000);
      // No limit: as the machine.
      await put(`cgroup/${limit}`, limit === 'memory.max' ? 'max\n' : '9223372036854771712\n');
      expect((await left({ isConfined: true })).get('memory.available')?.capacity).toBe(8_192_000);
    },
  );

  it('is read once for nodes that ask together, and again after a failure', async () => {
    let asked = 0;
    const imageFolder = async () => {
      asked += 1;
      if (asked === 1) {
        throw new Error('no answer');
      }
      return root;
    };
    const { hostSignals } = machine({ imageFolder });
    await expect(hostSignals.left('n1')).rejects.toThrow('no answer');
    await Promise.all([hostSignals.left('n1'), hostSignals.left('n2')]);
    expect(asked).toBe(2);
    await clock.advance(2_000);
    await hostSignals.left('n1');
    expect(asked).toBe(3);
  });
});

it('what a host is', async () => {
  const { capacity, kernelVersion, osImage } = await machine().machine();
  expect(capacity).toMatchObject({ cpu: String(cpus().length), memory: '8000Ki' });
  expect(capacity['ephemeral-storage']).toMatch(/^[1-9]\d*Ki$/);
  expect([kernelVersion, osImage]).toEqual([release(), 'Debian GNU/Linux 12 (bookworm)']);
  expect((await machine({ osRelease: join(root, 'none') }).machine()).osImage).toBe('Linux');
});
