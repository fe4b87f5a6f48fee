import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { Container, Pod, PodSpec } from '../pod.ts';
import { isLimited, overLimit } from './storage-limits.ts';

const MI = 2 ** 20;
const limited = (name: string, storage?: string): Container => ({
  name,
  image: `${name}:1`,
  ...(storage === undefined ? {} : { resources: { limits: { 'ephemeral-storage': storage } } }),
});
const pod = (spec: PodSpec): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', spec },
  metadata: { name: 'p', namespace: 'ns', uid: 'u' },
});
const uses = (name: string, bytes: number) => ({
  ...{ name, startedAt: 0 },
  usage: { cpu: 0, memory: 0, ephemeralStorage: bytes },
});
const cache = { name: 'cache', emptyDir: { sizeLimit: '1024Ki' } };

describe('what a pod may hold on disk', () => {
  it.each([
    [
      { containers: [limited('a')], volumes: [cache] },
      [],
      { cache: 2 * MI },
      'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". ',
    ],
    [{ containers: [limited('a')], volumes: [cache] }, [uses('a', 99 * MI)], { cache: MI }, undefined],
    [
      { containers: [limited('a', '1Mi')] },
      [uses('a', 2 * MI)],
      {},
      'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ',
    ],
    [
      { containers: [limited('a', '1Mi'), limited('b', '4Mi')] },
      [uses('a', 2 * MI)],
      {},
      'Container a exceeded its local ephemeral storage limit "1Mi". ',
    ],
    [{ containers: [limited('a', '1Mi'), limited('b', '4Mi')] }, [uses('a', MI), uses('b', 4 * MI)], {}, undefined],
    [
      { containers: [limited('a', '2Mi')], volumes: [{ name: 'v', emptyDir: {} }] },
      [uses('a', MI)],
      { v: 2 * MI },
      'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
    ],
    [
      { containers: [limited('a', '2Mi')], volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] },
      [uses('a', MI)],
      { v: 2 * MI },
      undefined,
    ],
  ] as [PodSpec, ReturnType<typeof uses>[], Record<string, number>, string | undefined][])(
    '%j with %j and %j',
    (spec, usages, volumes, message) => {
      expect(overLimit(pod(spec), usages, new Map(Object.entries(volumes)))?.message).toBe(message);
    },
  );

  it('is asked about of pods that have a limit, and may be evicted', () => {
    expect(isLimited(pod({ containers: [limited('a')], volumes: [{ name: 'v', emptyDir: {} }] }))).toBe(false);
    expect(isLimited(pod({ containers: [limited('a', '1Mi')] }))).toBe(true);
    expect(isLimited(pod({ containers: [limited('a')], volumes: [cache] }))).toBe(true);
    expect(isLimited(pod({ priority: 2e9, containers: [limited('a', '1Mi')] }))).toBe(false);
  });
});

it('a simulated pod goes when it has written more than it may, and no other', async () => {
  const world = new World();
  const ramp = { from: '0', to: '100Mi', duration: '100s' };
  world.simulation = [{ selector: { images: ['writes:*'] }, usage: { ephemeralStorage: { ramp } } }];
  world.addNode('n1');
  await world.run(1_000);
  world.addPod('small', { containers: [limited('writes', '50Mi')] });
  world.addPod('large', { containers: [limited('writes', '1Gi')] });
  await world.run(45_000);
  expect(world.pod('small')?.status?.phase).toBe('Running');
  await world.run(25_000);
  const message = 'Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. ';
  expect(world.pod('small')?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message });
  expect(world.pod('large')?.status?.phase).toBe('Running');
  expect(await world.events()).toContain(`Evicted ${message}`);
});

it('what a container holds on a host, log and all, is limited too', async () => {
  let bytes = MI;
  const world = new World({}, (simulated) => {
    const runtime: Runtime = Object.assign(Object.create(simulated), {
      info: async (node: string) => ({ ...(await simulated.info(node)), volatile: true }),
      volumeSizes: { of: async () => new Map() },
      stats: {
        usage: async ({ container }: { container: string }) => ({
          ...{ cpu: 0, memory: 0, ephemeralStorage: container === 'main' ? bytes : 0 },
        }),
      },
    });
    return new Map([['simulated', runtime]]);
  });
  world.addNode('n1');
  world.addPod('web', { containers: [limited('main', '1Mi'), limited('other', '1Gi')] });
  await world.run(120_000);
  expect(world.pod('web')?.status?.phase).toBe('Running');
  bytes = 2 * MI;
  await world.run(90_000);
  expect(world.pod('web')?.status).toMatchObject({
    reason: 'Evicted',
    message: 'Container main exceeded its local ephemeral storage limit "1Mi". ',
  });
});

it('volumes on a host are measured once a minute, of pods that have a limit', async () => {
  const asked: string[] = [];
  let held = 0;
  const world = new World({}, (simulated) => {
    const runtime: Runtime = Object.assign(Object.create(simulated), {
      info: async (node: string) => ({ ...(await simulated.info(node)), volatile: true }),
      volumeSizes: {
        of: async (uid: string, names: readonly string[]) => {
          asked.push(uid);
          return new Map(names.map((name) => [name, held]));
        },
      },
    });
    return new Map([['simulated', runtime]]);
  });
  world.addNode('n1');
  world.addPod('web', { volumes: [cache] });
  world.addPod('other', { volumes: [{ name: 'free', emptyDir: {} }] });
  await world.run(301_000);
  expect(asked.length).toBeGreaterThanOrEqual(4);
  expect(asked.length).toBeLessThanOrEqual(6);
  expect(new Set(asked).size).toBe(1);
  held = 2 * MI;
  await world.run(90_000);
  expect(world.pod('web')?.status).toMatchObject({
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". ',
  });
  expect(world.pod('other')?.status?.phase).toBe('Running');
});
