import { describe, expect, test } from 'vitest';
import { blue, POOLS, pool, running, usePoolFleets, web } from '../../../test/support/pool-fleet.ts';
import { DEPLOYMENTS } from '../../../test/support/workloads.ts';

const world = usePoolFleets();

describe('autoscaling', () => {
  test('of a pool of several instance types adds the nodes up to one that is large enough', async () => {
    const fleet = await world();
    const instanceTypes = [
      { name: 'small', capacity: { cpu: '2' } },
      { name: 'large', capacity: { cpu: '16' } },
    ];
    const autoscaling = { minReplicas: 1, maxReplicas: 8, scaleDownDelaySeconds: 600 };
    fleet.add(POOLS, pool({ replicas: 1, template: { instanceTypes }, autoscaling }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(2, '8500m'));
    await fleet.advance(60_000);
    expect(running(fleet)).toBe(2);
    // small, large, small, large: one pod fits each of the large ones.
    expect(blue(fleet).spec.replicas).toBe(4);
    expect(fleet.errors).toEqual([]);
  });

  test('adds nodes for pods that fit nowhere, as many as allowed, and removes those that are empty', async () => {
    const fleet = await world();
    const autoscaling = { minReplicas: 1, maxReplicas: 4, scaleDownDelaySeconds: 60 };
    fleet.add(POOLS, pool({ replicas: 1, template: { capacity: { cpu: '4' } }, autoscaling }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(6, '2'));
    await fleet.advance(60_000);
    expect(blue(fleet).spec.replicas).toBe(3);
    expect(running(fleet)).toBe(6);
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
      spec.replicas = 20;
    });
    await fleet.advance(60_000);
    expect(blue(fleet).spec.replicas).toBe(4);
    expect(running(fleet)).toBe(8);
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
      spec.replicas = 0;
    });
    await fleet.advance(50_000);
    expect(blue(fleet).spec.replicas).toBe(4);
    await fleet.advance(120_000);
    expect(blue(fleet).spec.replicas).toBe(1);
    expect(fleet.all('nodes')).toHaveLength(1);
    expect(fleet.all('nodes').some(({ spec }) => spec?.unschedulable === true)).toBe(false);
    expect(fleet.events).toContainEqual(
      expect.objectContaining({ reason: 'TriggeredScaleUp', message: 'From 1 to 3 nodes: pods fit nowhere' }),
    );
    expect(fleet.errors).toEqual([]);
  });

  test('of a pool that an older version stored without maxReplicas changes nothing', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool({ replicas: 2, template: { capacity: { cpu: '4' } }, autoscaling: { minReplicas: 3 } }));
    await fleet.advance(3_000);
    fleet.add(DEPLOYMENTS, web(6, '2'));
    await fleet.advance(60_000);
    expect(blue(fleet)).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 2 } });
    expect(fleet.errors).toEqual([]);
  });
});
