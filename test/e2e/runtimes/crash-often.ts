/** A container that ends again and again leaves few traces in its runtime. */
import { expect } from 'vitest';
import { createRuntimes } from '../../../src/runtimes/index.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import type { Kubectl } from '../../support/kubectl.ts';
import { MemoryStates, noVolumes } from '../../support/kubelet-world.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';

/** Or ten restarts would take an hour. */
export const QUICK_RESTARTS = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
crashLoopBackOff: { maxContainerRestartPeriod: 1s }
`;

interface CrashOften {
  readonly kubectl: Kubectl;
  readonly runtime: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Its container `main` says `run` and ends with 1. */
  readonly pod: object & { readonly metadata: { readonly name: string } };
}

export async function crashOften({ kubectl, runtime: name, options, pod }: CrashOften): Promise<void> {
  const shared = { states: new MemoryStates(), volumes: noVolumes, seed: 1, clock: systemClock, logger: silentLogger };
  const runtime = (await createRuntimes({ [name]: { options } }, shared)).get(name);
  try {
    await kubectl.apply(pod);
    const { name: podName } = pod.metadata;
    const field = (path: string) => kubectl.run('get', 'pod', podName, `-o=jsonpath=${path}`);
    const restarts = async () => Number(await field('{.status.containerStatuses[0].restartCount}'));
    await until(
      async () => (await restarts()) >= 10,
      () => 'it was not restarted ten times',
      120_000,
    );
    const uid = await field('{.metadata.uid}');
    const attempts = async () => (await runtime?.pod(uid))?.containers.map(({ attempt }) => attempt) ?? [];
    await until(async () => (await attempts()).length === 2);
    expect((await attempts()).every((attempt) => attempt >= 9)).toBe(true);
    await until(async () => (await kubectl.outcome(['logs', '-p', podName])).stdout === 'run\n');
    await kubectl.run('delete', 'pod', podName, '--now', '--timeout=60s');
    await until(async () => (await runtime?.pod(uid)) === undefined);
  } finally {
    await runtime?.close();
  }
}
