import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, podTemplate } from '../../../test/support/workloads.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { deploymentController } from './controller.ts';

const [REVISION, ROLLBACK_TO] = ['deployment.kubernetes.io/revision', 'deprecated.deployment.rollback.to'];
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([deploymentController, replicaSetController]);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
  fleet.add(DEPLOYMENTS, deployment('web', 2));
  await fleet.advance(5_000);
});
afterEach(() => fleet.stop());

const web = (): Loose => fleet.get(DEPLOYMENTS, 'web') as Loose;
const image = (): string => web().spec.template.spec.containers[0].image;
const revision = () => web().metadata.annotations?.[REVISION];
const annotate = (annotations: Record<string, string>) =>
  fleet.edit(DEPLOYMENTS, 'default', 'web', ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, ...annotations };
  });
async function roll(name: string): Promise<void> {
  fleet.edit(DEPLOYMENTS, 'default', 'web', ({ metadata, spec }) => {
    metadata.annotations = { ...metadata.annotations, why: name };
    spec.template = podTemplate('web', name);
  });
  await fleet.advance(40_000);
}
async function rollBackTo(text: string): Promise<void> {
  annotate({ [ROLLBACK_TO]: text });
  await fleet.advance(40_000);
}
const told = () =>
  fleet.events
    .filter(({ reason }) => reason.startsWith('DeploymentRollback'))
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);

describe('a Deployment that is to go back', () => {
  test('takes on the template and the annotations of that revision, and rolls', async () => {
    annotate({ why: 'v1' });
    await fleet.advance(1_000);
    await roll('v2');
    await roll('v3');
    await rollBackTo('1');
    expect([image(), revision(), web().metadata.annotations?.['why']]).toEqual(['v1', '4', 'v1']);
    expect(web().metadata.annotations).not.toHaveProperty([ROLLBACK_TO]);
    expect(web().spec.template.metadata.labels).toEqual(podTemplate('web', 'v1').metadata.labels);
    expect(fleet.all('pods').map(({ spec }) => spec.containers[0].image)).toEqual(['v1', 'v1']);
    expect(told()).toEqual(['Normal DeploymentRollback: Rolled back deployment "web" to revision 1']);
  });

  test('goes to the last revision where it names 0', async () => {
    await roll('v2');
    await roll('v3');
    await rollBackTo('0');
    expect([image(), revision()]).toEqual(['v2', '4']);
    expect(told()).toEqual(['Normal DeploymentRollback: Rolled back deployment "web" to revision 2']);
  });

  test.each([
    ['0', 'Warning DeploymentRollbackRevisionNotFound: Unable to find last revision.'],
    ['7', 'Warning DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.'],
    [
      '1',
      'Warning DeploymentRollbackTemplateUnchanged: The rollback revision contains the same template as current deployment "web"',
    ],
  ])('stays where it is when %s leads nowhere, and is asked once', async (text, message) => {
    await rollBackTo(text);
    expect(told()).toEqual([message]);
    expect([image(), revision()]).toEqual(['v1', '1']);
    expect(web().metadata.annotations).not.toHaveProperty([ROLLBACK_TO]);
  });

  test('does so once it is no longer paused; what is no number is left alone', async () => {
    await roll('v2');
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => Object.assign(spec, { paused: true }));
    await rollBackTo('1');
    expect([image(), told()]).toEqual(['v2', []]);
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => Object.assign(spec, { paused: false }));
    await fleet.advance(40_000);
    expect(image()).toBe('v1');
    await rollBackTo('first');
    expect(web().metadata.annotations?.[ROLLBACK_TO]).toBe('first');
  });
});

/** Before it is written what was judged, `change` happens to the Deployment. */
function meanwhile(change: (deployment: Loose) => void): void {
  const { registry } = fleet;
  const { modify } = registry;
  registry.modify = (id, namespace, name, written, options) => {
    if (id === DEPLOYMENTS && web().metadata.annotations?.[ROLLBACK_TO] !== undefined) {
      registry.modify = modify;
      fleet.edit(DEPLOYMENTS, 'default', 'web', change);
    }
    return modify.call(registry, id, namespace, name, written as never, options);
  };
}

describe('a Deployment that is changed between the look and the write', () => {
  beforeEach(() => roll('v2'));

  test('stays as it is, and tells nothing, where it is another wish', async () => {
    meanwhile(({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [ROLLBACK_TO]: '' };
    });
    await rollBackTo('1');
    expect([image(), web().metadata.annotations?.[ROLLBACK_TO], told()]).toEqual(['v2', '', []]);
  });

  test('goes back from the template that it has then', async () => {
    meanwhile(({ spec }) => {
      spec.template = podTemplate('web', 'v3');
    });
    await rollBackTo('0');
    expect(told()).toEqual(['Normal DeploymentRollback: Rolled back deployment "web" to revision 2']);
    expect(image()).toBe('v2');
  });

  test('waits until it is no longer paused', async () => {
    meanwhile(({ spec }) => Object.assign(spec, { paused: true }));
    await rollBackTo('1');
    expect([image(), web().metadata.annotations?.[ROLLBACK_TO], told()]).toEqual(['v2', '1', []]);
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => Object.assign(spec, { paused: false }));
    await fleet.advance(40_000);
    expect([image(), told()]).toEqual([
      'v1',
      ['Normal DeploymentRollback: Rolled back deployment "web" to revision 1'],
    ]);
  });

  test('stays as it is, and tells nothing, on its way out', async () => {
    meanwhile(({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      metadata.finalizers = ['foregroundDeletion'];
    });
    await rollBackTo('1');
    expect([image(), told()]).toEqual(['v2', []]);
  });

  test('tells nothing where it is gone', async () => {
    const { registry } = fleet;
    const { modify } = registry;
    registry.modify = async (id, namespace, name, written, options) => {
      if (id === DEPLOYMENTS && web()?.metadata.annotations?.[ROLLBACK_TO] !== undefined) {
        // As a write that is refused for a conflict, after which there is nothing to read.
        written(web() as never);
        await fleet.delete(DEPLOYMENTS, 'default', 'web');
        return undefined;
      }
      return modify.call(registry, id, namespace, name, written as never, options);
    };
    await rollBackTo('1');
    expect([web(), told()]).toEqual([undefined, []]);
  });
});
