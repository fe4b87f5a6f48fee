/** A simulated runtime on a clock of its own, and pods and containers to give it. */
import type { ContainerSpec, LogOptions, PodSandboxSpec, Runtime } from '../../src/runtimes/runtime.ts';
import { createSimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime.ts';
import { MemoryStates, noVolumes } from './kubelet-world.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');

export function setup(seed = 1) {
  const time = { now: START };
  const states = new MemoryStates();
  const clock = {
    now: () => time.now,
    monotonic: () => time.now,
    sleep: async (ms: number) => {
      time.now += ms;
    },
  };
  const open = (): Runtime => createSimulatedRuntime({ name: 'simulated', states, volumes: noVolumes, seed, clock });
  return { time, states, open, runtime: open() };
}

export const sandbox = (
  uid: string,
  simulation?: object | string,
  extra: Partial<PodSandboxSpec> = {},
): PodSandboxSpec => ({
  uid,
  namespace: 'default',
  name: uid,
  nodeName: 'n1',
  labels: {},
  annotations:
    simulation === undefined
      ? {}
      : { 'fleet.flotilla.dev/simulation': typeof simulation === 'string' ? simulation : JSON.stringify(simulation) },
  nodeAnnotations: {},
  hostNetwork: false,
  restartPolicy: 'Always',
  ...extra,
});
export const container = (name = 'main', image = 'web:1'): ContainerSpec => ({
  name,
  kind: 'main',
  image,
  command: [],
  args: [],
  env: [],
});

export async function logs(runtime: Runtime, uid: string, options: LogOptions = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of runtime.streaming?.logs(uid, 'main', options, new AbortController().signal) ?? []) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
