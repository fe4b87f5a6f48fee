/** emptyDirs in memory: mounts of the host, for as long as their pod runs. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { BUSYBOX_IMAGE } from '../../support/containers/image-tar.ts';
import { until } from '../../support/until.ts';
import { killWorker } from './kill-worker.ts';
import { FOREVER, type PodBench } from './pod-bench.ts';

const SCRATCH = { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };
const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];

export function memoryVolumes(bench: PodBench): void {
  /** The host's mounts of a pod's volumes: type and options. */
  const mountsOf = async (name: string): Promise<string[]> => {
    const uid = await bench.field(name, '{.metadata.uid}');
    const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
    return lines.filter((line) => line.includes(`/pods/${uid}/volumes/`));
  };
  const inside = (name: string, script: string, container = 'main') =>
    bench.kubectl.outcome(['exec', name, '-c', container, '--', 'sh', '-c', script]);

  it('an emptyDir in memory is shared, bounded, lasts over restarts of container and worker, and ends with its pod', async () => {
    const other = { name: 'other', image: BUSYBOX_IMAGE, command: ['sh', '-c', FOREVER], volumeMounts };
    const main = { ...other, name: 'main' };
    await bench.kubectl.apply(bench.pod('fast', FOREVER, {}, { containers: [main, other], volumes: [SCRATCH] }));
    await bench.ready('fast');
    expect((await inside('fast', 'grep " /scratch " /proc/mounts')).stdout).toMatch(
      /^tmpfs \/scratch tmpfs .*size=1024k/,
    );
    expect((await inside('fast', 'dd if=/dev/zero of=/scratch/big bs=64k count=32')).stderr).toContain('No space left');
    await inside('fast', 'rm /scratch/big; echo kept > /scratch/file');
    expect((await inside('fast', 'cat /scratch/file', 'other')).stdout).toBe('kept\n');
    await killWorker(bench.flotilla, bench.kubectl, 'fast');
    expect(await mountsOf('fast')).toHaveLength(1);
    await inside('fast', 'kill 1');
    await until(async () => (await bench.field('fast', '{.status.containerStatuses[0].restartCount}')) === '1');
    await bench.ready('fast');
    expect((await inside('fast', 'cat /scratch/file')).stdout).toBe('kept\n');
    const uid = await bench.field('fast', '{.metadata.uid}');
    await bench.kubectl.run('delete', 'pod', 'fast', '--timeout=60s');
    await until(async () => !(await readFile('/proc/self/mounts', 'utf8')).includes(uid));
  });

  it('a pod that has finished gives its memory back', async () => {
    const script = 'df /scratch; echo x > /scratch/x';
    const spec = { restartPolicy: 'Never', volumes: [SCRATCH] };
    await bench.kubectl.apply(bench.pod('brief', script, { volumeMounts }, spec));
    await bench.kubectl.run('wait', 'pod/brief', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
    expect(await bench.kubectl.run('logs', 'brief')).toMatch(/tmpfs\s+1024 /);
    await until(async () => (await mountsOf('brief')).length === 0);
  });

  it('a host that lets nobody mount is told as FailedMount, and the pod comes when it does', async () => {
    await bench.refuseMounts(true);
    await bench.kubectl.apply(bench.pod('patient', FOREVER, { volumeMounts }, { volumes: [SCRATCH] }));
    const told = 'MountVolume.SetUp failed for volume "scratch" : mount failed: exit status 32';
    await until(async () => (await bench.events('patient')).includes(told));
    const events = await bench.kubectl.run('get', 'events', '--field-selector=reason=FailedMount', '-o=yaml');
    expect(events).toContain('Mounting arguments: -t tmpfs -o size=1048576 tmpfs');
    expect(events).toContain('Output: mount: permission denied.');
    expect(await bench.field('patient', '{.status.containerStatuses[0].state.waiting.reason}')).toBe(
      'ContainerCreating',
    );
    await bench.refuseMounts(false);
    await bench.ready('patient');
    expect(await mountsOf('patient')).toHaveLength(1);
    await bench.kubectl.run('delete', 'pod', 'patient', 'brief', '--timeout=60s');
  });
}
