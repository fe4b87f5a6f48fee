/**
 * SimulationProfiles over two processes on one Postgres: what one writes the other simulates by, what one has started the
 * other sees the same, and whoever starts a thing draws the same for it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProfileSource } from '../../../src/kubelet/profiles/profile-source.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import type { ContainerSpec, PodSandboxSpec, RuntimePod } from '../../../src/runtimes/runtime.ts';
import { createSimulatedRuntime } from '../../../src/runtimes/simulated/simulated-runtime.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { noVolumes } from '../../support/kubelet-world.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';
import { storageFixture } from '../storage/storage-fixture.ts';

const PROFILES = 'simulationprofiles.fleet.flotilla.dev';
const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;
const stopped = new AbortController();
const { signal } = stopped;
const fixture = storageFixture();

function open({ objects, feed, continueKey, runtimeStates }: Storage) {
  const shared = { clock: systemClock, random: seededRandom(1) };
  const registry = createRegistry({
    ...{ objects, feed, continueKey, resources: RESOURCES, triggers: [], ...shared },
    doorbell: { ring: () => undefined },
  });
  const profiles = createProfileSource({ registry, ...shared, logger: silentLogger, signal });
  const time = { now: START };
  const clock = { ...systemClock, now: () => time.now };
  const runtime = createSimulatedRuntime({
    ...{ name: 'simulated', states: runtimeStates, volumes: noVolumes, profiles, seed: 1, clock },
  });
  return { registry, profiles, runtime, time };
}
let one: ReturnType<typeof open>;
let other: ReturnType<typeof open>;
beforeAll(async () => {
  [one, other] = [open(await fixture.open()), open(await fixture.open())];
  for (const name of ['n1', 'n2']) {
    const labels = { 'fleet.flotilla.dev/nodepool': name === 'n1' ? 'blue' : 'green' };
    await one.registry.create('nodes', '', { metadata: { name, labels } });
  }
});
afterAll(() => stopped.abort());

const sandbox = (uid: string, nodeName: string): PodSandboxSpec => ({
  ...{ uid, namespace: 'default', name: uid, nodeName, labels: { app: 'web' }, annotations: {}, nodeAnnotations: {} },
  ...{ hostNetwork: false, restartPolicy: 'Never' },
});
const container: ContainerSpec = { name: 'main', kind: 'main', image: 'web:1', command: [], args: [], env: [] };
/** Milliseconds to the start, and the whole life. */
async function begin({ runtime, time }: typeof one, uid: string, nodeName: string) {
  await runtime.ensurePod(sandbox(uid, nodeName));
  const { changesAt = 0 } = await runtime.startContainer(uid, container, 0);
  time.now = START + HOUR * 24;
  const ended = await runtime.pod(uid);
  time.now = START;
  return { startsIn: changesAt - START, ended };
}
const withoutAddress = (pod: RuntimePod | undefined) => ({ ...pod, podIPs: [] });

test('what one process says holds in the other, on the nodes it is for', async () => {
  expect((await begin(other, 'before', 'n1')).startsIn).toBeLessThan(1_000);
  const spec = {
    ...{ seed: 5, selector: { pool: 'blue', pods: { matchLabels: { app: 'web' } } } },
    start: { uniform: { min: '10s', max: '1h' } },
    run: { duration: { exponential: { mean: '1h' } }, exitCodes: [{ code: 0 }, { code: 3 }] },
    logs: { interval: '1s', lines: ['{{pod}} {{n}}'] },
  };
  await one.registry.create(PROFILES, '', { metadata: { name: 'slow' }, spec });
  await until(() => !other.profiles.isEmpty);
  expect((await begin(other, 'blue', 'n1')).startsIn).toBeGreaterThanOrEqual(10_000);
  expect((await begin(other, 'green', 'n2')).startsIn).toBeLessThan(1_000);
});

test('a process that takes over sees the same life, and draws the same one', async () => {
  const { ended, startsIn } = await begin(other, 'taken', 'n1');
  one.time.now = START + HOUR * 24;
  expect(await one.runtime.pod('taken')).toEqual(ended);
  one.time.now = START;
  await one.runtime.removePod('taken');
  const again = await begin(one, 'taken', 'n1');
  expect(again.startsIn).toBe(startsIn);
  expect(withoutAddress(again.ended)).toEqual(withoutAddress(ended));
});

test('what the other has started writes its log by the profile, as it is now', async () => {
  const { startsIn } = await begin(other, 'talks', 'n1');
  one.time.now = START + startsIn + 1_500;
  const read = async (): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of one.runtime.streaming?.logs('talks', 'main', { tailLines: 1 }, signal) ?? []) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  };
  expect(await read()).toBe('talks 1\n');
  await other.registry.modify(PROFILES, '', 'slow', (profile) => {
    Object.assign(profile, { spec: { logs: { interval: '1s', lines: ['new'] } } });
  });
  await until(async () => (await read()) === 'new\n');
});
