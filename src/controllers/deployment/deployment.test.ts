import { describe, expect, test } from 'vitest';
import { deploymentWorld } from '../../../test/support/deployment-world.ts';
import type { FleetWorld, Loose } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, podTemplate, SETS } from '../../../test/support/workloads.ts';
import { forbidden, StatusError } from '../../errors.ts';
import { templateHash } from '../template-hash.ts';

const web = (fleet: FleetWorld): Loose => fleet.get(DEPLOYMENTS, 'web') as Loose;
const change = (fleet: FleetWorld, spec: object) =>
  fleet.edit(DEPLOYMENTS, 'default', 'web', (object) => Object.assign(object.spec, spec));
const sets = (fleet: FleetWorld) =>
  Object.fromEntries(fleet.all(SETS).map((set) => [set.spec.template.spec.containers[0].image, set]));
const condition = (object: Loose, type: string) =>
  object.status.conditions.find((entry: { type: string }) => entry.type === type);
const image = (name: string) => ({ template: podTemplate('web', name) });
const REVISION = 'deployment.kubernetes.io/revision';

describe('a Deployment', () => {
  test('makes a set of its template and says when it is there', async () => {
    const fleet = await deploymentWorld(deployment('web', 3));
    const { v1: set } = sets(fleet);
    expect(set?.metadata).toMatchObject({
      name: `web-${templateHash(podTemplate('web', 'v1'), undefined)}`,
      annotations: { [REVISION]: '1', 'deployment.kubernetes.io/desired-replicas': '3' },
      ownerReferences: [expect.objectContaining({ kind: 'Deployment', name: 'web', controller: true })],
    });
    expect(set?.spec.selector.matchLabels).toEqual(set?.spec.template.metadata.labels);
    expect(web(fleet).metadata.annotations).toEqual({ [REVISION]: '1' });
    const { conditions: _, ...figures } = web(fleet).status;
    // Counts of 0 are left out.
    expect(figures).toEqual({
      ...{ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 },
    });
    expect(condition(web(fleet), 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(condition(web(fleet), 'Progressing')).toMatchObject({
      ...{ status: 'True', reason: 'NewReplicaSetAvailable' },
      message: `ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
    });
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        kind: 'Deployment',
        message: `Scaled up replica set ${set?.metadata.name} from 0 to 3`,
      }),
    );
    expect(fleet.errors).toEqual([]);
  });

  test('scales its set, up and down to nothing', async () => {
    const fleet = await deploymentWorld(deployment('web', 3));
    for (const replicas of [7, 0, 2]) {
      change(fleet, { replicas });
      await fleet.advance(35_000);
      expect(fleet.all('pods')).toHaveLength(replicas);
      expect({ replicas: 0, availableReplicas: 0, ...web(fleet).status }).toMatchObject({
        ...{ observedGeneration: web(fleet).metadata.generation, replicas, availableReplicas: replicas },
      });
    }
    expect(fleet.all(SETS)).toHaveLength(1);
  });

  test('rolls to a new template, and back to the old set with a new revision', async () => {
    const fleet = await deploymentWorld(deployment('web', 4));
    change(fleet, image('v2'));
    await fleet.advance(60_000);
    expect(sets(fleet)['v1']?.spec.replicas).toBe(0);
    expect(sets(fleet)['v2']?.spec.replicas).toBe(4);
    expect(web(fleet).metadata.annotations?.[REVISION]).toBe('2');
    expect(web(fleet).status).toMatchObject({ updatedReplicas: 4, replicas: 4, availableReplicas: 4 });
    change(fleet, image('v1'));
    await fleet.advance(60_000);
    expect(fleet.all(SETS)).toHaveLength(2);
    expect(sets(fleet)['v1']?.spec.replicas).toBe(4);
    expect(sets(fleet)['v1']?.metadata.annotations).toMatchObject({
      ...{ [REVISION]: '3', 'deployment.kubernetes.io/revision-history': '1' },
    });
    expect(web(fleet).metadata.annotations?.[REVISION]).toBe('3');
    expect(fleet.all('pods').every(({ spec }) => spec.containers[0].image === 'v1')).toBe(true);
  });

  test('recreates: no new pod before the last old one is gone', async () => {
    const fleet = await deploymentWorld(deployment('web', 3, { strategy: { type: 'Recreate' } }));
    fleet.onWrite = (id) => {
      const images = new Set(fleet.all('pods').map(({ spec }) => spec.containers[0].image));
      expect(id === 'pods' ? images.size : 1).toBeLessThanOrEqual(1);
    };
    change(fleet, image('v2'));
    await fleet.rest();
    expect(fleet.all('pods').map(({ metadata }) => metadata.deletionTimestamp)).not.toContain(undefined);
    await fleet.advance(60_000);
    expect(fleet.all('pods').map(({ spec }) => spec.containers[0].image)).toEqual(['v2', 'v2', 'v2']);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
    expect(fleet.errors).toEqual([]);
  });

  test('keeps as many old sets as its limit says', async () => {
    const fleet = await deploymentWorld(deployment('web', 1, { revisionHistoryLimit: 2 }));
    for (const name of ['v2', 'v3', 'v4', 'v5']) {
      change(fleet, image(name));
      await fleet.advance(40_000);
    }
    expect(Object.keys(sets(fleet)).sort()).toEqual(['v3', 'v4', 'v5']);
    change(fleet, { revisionHistoryLimit: 0 });
    await fleet.advance(5_000);
    expect(Object.keys(sets(fleet))).toEqual(['v5']);
  });

  test('paused: scales but does not roll, and is never late', async () => {
    const fleet = await deploymentWorld(deployment('web', 2, { progressDeadlineSeconds: 10 }));
    change(fleet, { paused: true, ...image('v2') });
    await fleet.advance(30_000);
    expect(fleet.all(SETS)).toHaveLength(1);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    change(fleet, { replicas: 4 });
    await fleet.advance(5_000);
    expect(sets(fleet)['v1']?.spec.replicas).toBe(4);
    change(fleet, { paused: false });
    await fleet.advance(60_000);
    expect(sets(fleet)['v2']?.spec.replicas).toBe(4);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
  });

  test('says that a rollout is late, counted from its last progress, and that it went on', async () => {
    const fleet = await deploymentWorld(deployment('web', 2, { progressDeadlineSeconds: 20 }));
    fleet.startPod = (pod) => (pod.spec.containers[0].image === 'v2' ? 'Pending' : 'Running');
    change(fleet, image('v2'));
    await fleet.advance(15_000);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await fleet.advance(10_000);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({
      ...{ status: 'False', reason: 'ProgressDeadlineExceeded' },
      message: `ReplicaSet "${sets(fleet)['v2']?.metadata.name}" has timed out progressing.`,
    });
    fleet.startPod = () => 'Running';
    await fleet.advance(60_000);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  test('gives its set another name when the hash is taken', async () => {
    const fleet = await deploymentWorld();
    const taken = `web-${templateHash(podTemplate('web', 'v1'), undefined)}`;
    fleet.add(SETS, {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: taken, namespace: 'default' } },
      spec: { replicas: 0, selector: { matchLabels: { app: 'other' } }, template: podTemplate('other', 'v1') },
    });
    fleet.add(DEPLOYMENTS, deployment('web', 2));
    await fleet.advance(10_000);
    expect(web(fleet).status).toMatchObject({ collisionCount: 1, availableReplicas: 2 });
    expect(fleet.all(SETS)).toHaveLength(2);
  });

  test.each([
    ['says why its set is refused', forbidden({ group: 'apps', resource: 'replicasets' }, 'x', 'exceeded quota: q'), 1],
    [
      'says nothing in an ending namespace',
      new StatusError('Forbidden', 'no', { causes: [{ reason: 'NamespaceTerminating', message: 'm' }] }),
      0,
    ],
  ])('%s', async (_, refusal, said) => {
    const fleet = await deploymentWorld();
    fleet.refuse = ({ kind }) => (kind === 'ReplicaSet' ? refusal : undefined);
    fleet.add(DEPLOYMENTS, deployment('web', 2));
    await fleet.rest();
    const message = expect.stringMatching(/^Failed to create new replica set "web-.*": .*exceeded quota: q$/);
    const told = { reason: 'ReplicaSetCreateError', message };
    expect(web(fleet).status?.conditions ?? []).toEqual(said === 0 ? [] : [expect.objectContaining(told)]);
    expect(fleet.events.filter(({ reason }) => reason === 'ReplicaSetCreateError').length > 0).toBe(said > 0);
    fleet.refuse = undefined;
    await fleet.advance(20_000);
    expect(condition(web(fleet), 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
  });
});
