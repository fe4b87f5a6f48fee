import { describe, expect, test } from 'vitest';
import type { FleetWorld, Loose } from '../../../test/support/fleet-world.ts';
import { blue, POOLS, pool, running, usePoolFleets, web } from '../../../test/support/pool-fleet.ts';
import { DEPLOYMENTS } from '../../../test/support/workloads.ts';
import { drainController } from '../drain/controller.ts';
import { nodeLifecycleController } from '../node-lifecycle/controller.ts';
import { taintEvictionController } from '../taint-eviction/controller.ts';

const DRAINS = 'drains.fleet.flotilla.dev';
const world = usePoolFleets();
const edit = (fleet: FleetWorld, change: (spec: Loose['spec']) => void) =>
  fleet.edit(POOLS, '', 'blue', ({ spec }) => change(spec));
const rollingUpdate = { maxUnavailable: 1, maxSurge: 0 };

describe('a new template', () => {
  test('replaces the nodes one after another, and the pods move as their budget allows', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool({ replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(6));
    fleet.add('poddisruptionbudgets.policy', {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'calm', namespace: 'default' } },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    await fleet.advance(10_000);
    expect(running(fleet)).toBe(6);
    let fewestNodes = 3;
    let fewestPods = 6;
    fleet.onWrite = () => {
      const ready = fleet.all('nodes').filter(({ spec }) => spec?.unschedulable !== true).length;
      fewestNodes = Math.min(fewestNodes, ready);
      fewestPods = Math.min(fewestPods, running(fleet));
    };
    edit(fleet, (spec) => {
      spec.template = { instanceType: 'bigger' };
    });
    await fleet.advance(300_000);
    expect([fewestNodes, fewestPods]).toEqual([2, 5]);
    expect(fleet.all('nodes').map(({ metadata }) => metadata.labels?.['node.kubernetes.io/instance-type'])).toEqual([
      ...['bigger', 'bigger', 'bigger'],
    ]);
    expect(fleet.all('nodes').some(({ spec }) => spec?.unschedulable === true)).toBe(false);
    expect(blue(fleet).status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
    expect(running(fleet)).toBe(6);
    expect(fleet.errors).toEqual([]);
  });

  test('with a surge adds first, and a budget that never allows holds it up until the deadline', async () => {
    const fleet = await world();
    const strategy = { maxUnavailable: 0, maxSurge: 1, drainDeadlineSeconds: 60 };
    fleet.add(POOLS, pool({ replicas: 1, updateStrategy: { type: 'RollingUpdate', rollingUpdate: strategy } }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(2));
    fleet.add('poddisruptionbudgets.policy', {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'never', namespace: 'default' } },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'web' } } },
    });
    await fleet.advance(10_000);
    edit(fleet, (spec) => {
      spec.template = { instanceType: 'bigger' };
    });
    await fleet.advance(20_000);
    expect(fleet.all('nodes').map(({ metadata }) => metadata.name)).toEqual(['blue-0', 'blue-1']);
    expect(blue(fleet).status.conditions[1]).toMatchObject({
      ...{ type: 'Progressing', status: 'True', reason: 'RollingUpdate' },
      message: '1 of 2 nodes are of the current template; waits for disruption budgets: default/never',
    });
    expect(blue(fleet).status.conditions[0]).toMatchObject({
      ...{ type: 'Ready', status: 'True', message: '2 nodes are ready, 1 are wanted' },
    });
    await fleet.advance(180_000);
    expect(fleet.all('nodes').map(({ metadata }) => metadata.name)).toEqual(['blue-1']);
    expect(running(fleet)).toBe(2);
  });

  test.each<[string, (spec: Loose['spec']) => void]>([
    ['is taken back', (spec) => delete spec.template],
    ['is left to OnDelete', (spec) => Object.assign(spec, { updateStrategy: { type: 'OnDelete' } })],
  ])('that %s gives the nodes back that were begun', async (_, change) => {
    const fleet = await world();
    fleet.add(POOLS, pool({ replicas: 2, updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(4));
    fleet.add('poddisruptionbudgets.policy', {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'never', namespace: 'default' } },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'web' } } },
    });
    await fleet.advance(10_000);
    const cordoned = () => fleet.all('nodes').filter(({ spec }) => spec?.unschedulable === true);
    edit(fleet, (spec) => {
      spec.template = { instanceType: 'bigger' };
    });
    await fleet.advance(10_000);
    expect(cordoned()).toHaveLength(1);
    edit(fleet, change);
    await fleet.advance(3_000);
    expect(cordoned()).toEqual([]);
    expect(
      fleet.all('nodes').filter(({ metadata }) => 'fleet.flotilla.dev/drain' in (metadata.annotations ?? {})),
    ).toEqual([]);
    expect(running(fleet)).toBe(4);
    expect(fleet.errors).toEqual([]);
  });

  test('waits for a drain that is at work on a node, and says so', async () => {
    const fleet = await world([drainController]);
    fleet.add(POOLS, pool({ replicas: 1, updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
    await fleet.advance(3_000);
    fleet.add('pods', {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace: 'default' } },
      spec: { nodeName: 'blue-0', containers: [] },
    });
    fleet.add(DRAINS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Drain', metadata: { name: 'd' } },
      spec: { nodeNames: ['blue-0'] },
    });
    await fleet.advance(3_000);
    edit(fleet, (spec) => {
      spec.template = { instanceType: 'bigger' };
    });
    await fleet.advance(10_000);
    expect(fleet.get('pods', 'bare')).toBeDefined();
    expect(blue(fleet).status.conditions[1]).toMatchObject({
      message: '0 of 1 nodes are of the current template; waits for Drain d',
    });
    fleet.edit(DRAINS, '', 'd', ({ spec }) => {
      spec.cancelled = true;
    });
    await fleet.advance(60_000);
    expect(blue(fleet).status).toMatchObject({ replicas: 1, updatedReplicas: 1 });
    expect(fleet.errors).toEqual([]);
  });

  test('leaves the ready nodes alone while a zone is out, and goes on when it is back', async () => {
    const fleet = await world([nodeLifecycleController, taintEvictionController]);
    const template = { zones: ['a', 'b'] };
    fleet.add(POOLS, pool({ replicas: 6, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
    await fleet.advance(60_000);
    fleet.add(DEPLOYMENTS, web(6));
    await fleet.advance(10_000);
    expect(running(fleet)).toBe(6);
    edit(fleet, (spec) => {
      spec.template = { ...template, instanceType: 'bigger' };
    });
    await fleet.advance(2_000);
    for (const index of [0, 2, 4]) {
      fleet.deadNodes.add(`blue-${index}`);
    }
    await fleet.advance(60_000);
    const usable = () =>
      fleet.all('nodes').filter(({ metadata: { labels }, spec }) => {
        return labels?.['topology.kubernetes.io/zone'] === 'b' && spec?.unschedulable !== true;
      }).length;
    let fewest = 3;
    fleet.onWrite = () => {
      fewest = Math.min(fewest, usable());
    };
    await fleet.advance(240_000, 2_000);
    expect(fewest).toBe(3);
    expect(blue(fleet).status.updatedReplicas).toBeLessThan(6);
    fleet.onWrite = undefined;
    fleet.deadNodes.clear();
    await fleet.advance(400_000, 2_000);
    expect(blue(fleet).status).toMatchObject({ replicas: 6, readyReplicas: 6, updatedReplicas: 6 });
    expect(fleet.all('nodes').some(({ spec }) => spec?.unschedulable === true)).toBe(false);
    expect(running(fleet)).toBe(6);
    expect(fleet.errors).toEqual([]);
  });

  test('changes nothing of the nodes that exist with OnDelete', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool({ replicas: 2 }));
    await fleet.advance(3_000);
    edit(fleet, (spec) => {
      spec.template = { instanceType: 'bigger' };
    });
    await fleet.advance(10_000);
    expect(blue(fleet).status).toMatchObject({ replicas: 2, updatedReplicas: 0 });
    await fleet.delete('nodes', '', 'blue-0');
    await fleet.advance(3_000);
    expect(blue(fleet).status).toMatchObject({ replicas: 2, updatedReplicas: 1 });
  });
});
