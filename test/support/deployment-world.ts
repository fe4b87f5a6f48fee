/** A fleet with the controllers of Deployments and their sets, and one node. */
import { onTestFinished } from 'vitest';
import { deploymentController } from '../../src/controllers/deployment/controller.ts';
import { replicaSetController } from '../../src/controllers/replicaset/controller.ts';
import { FleetWorld } from './fleet-world.ts';
import { DEPLOYMENTS, type deployment } from './workloads.ts';

/** Ends with the test. With `object`: five seconds after it was made. */
export async function deploymentWorld(object?: ReturnType<typeof deployment>): Promise<FleetWorld> {
  const made = new FleetWorld([deploymentController, replicaSetController]);
  onTestFinished(() => made.stop());
  made.add('nodes', { metadata: { name: 'n1' } });
  await made.start();
  if (object !== undefined) {
    made.add(DEPLOYMENTS, object);
    await made.advance(5_000);
  }
  return made;
}
