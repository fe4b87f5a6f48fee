/** A fleet with node pools and the workloads that pools make room for, and a pool `blue`. */
import { afterEach } from 'vitest';
import type { ControllerDefinition } from '../../src/controllers/controller.ts';
import { deploymentController } from '../../src/controllers/deployment/controller.ts';
import { disruptionController } from '../../src/controllers/disruption/controller.ts';
import { nodePoolController } from '../../src/controllers/nodepool/controller.ts';
import { podGcController } from '../../src/controllers/pod-gc/controller.ts';
import { replicaSetController } from '../../src/controllers/replicaset/controller.ts';
import { schedulerController } from '../../src/controllers/scheduler/controller.ts';
import type { JsonObject } from '../../src/values/object.ts';
import { FleetWorld, type Loose } from './fleet-world.ts';
import { deployment } from './workloads.ts';

export const POOLS = 'nodepools.fleet.flotilla.dev';

/** Makes fleets, with `more` controllers, that stop after each test. */
export function usePoolFleets(): (more?: readonly ControllerDefinition[]) => Promise<FleetWorld> {
  const worlds: FleetWorld[] = [];
  afterEach(() => {
    for (const world of worlds.splice(0)) {
      world.stop();
    }
  });
  return async (more = []) => {
    const workloads = [deploymentController, replicaSetController, schedulerController, disruptionController];
    const made = new FleetWorld([nodePoolController, podGcController, ...workloads, ...more]);
    worlds.push(made);
    await made.start();
    return made;
  };
}

export const pool = (spec: JsonObject) => ({
  ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'blue' } },
  spec,
});
export const web = (replicas: number, cpu = '10m') => {
  const made = deployment('web', replicas);
  const container = { name: 'c', image: 'v1', resources: { requests: { cpu } } };
  made.spec.template.spec = { containers: [container] } as never;
  return made;
};
export const blue = (fleet: FleetWorld) => fleet.get(POOLS, 'blue') as Loose;
export const running = (fleet: FleetWorld): number =>
  fleet.all('pods').filter(({ status, metadata }) => status?.phase === 'Running' && !metadata.deletionTimestamp).length;
