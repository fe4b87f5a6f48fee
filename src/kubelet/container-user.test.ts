/** As whom a container runs, in its status. */
import { expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';

async function userOf(podContext: object, context: object) {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  world.addPod('web', {
    securityContext: podContext,
    containers: [{ name: 'main', image: 'web:1', securityContext: context }],
  });
  await world.run(5_000);
  const status = world.pod('web')?.status?.containerStatuses?.[0];
  expect(status?.state.running).toBeDefined();
  return status?.user;
}

it.each([
  [{ runAsUser: 1_000, runAsGroup: 3_000, supplementalGroups: [4_000] }, {}, [1_000, 3_000, [3_000, 4_000]]],
  [{ runAsUser: 1_000, fsGroup: 2_000 }, {}, [1_000, 0, [0, 2_000]]],
  [{ runAsUser: 1_000 }, { runAsUser: 7, runAsGroup: 8 }, [7, 8, [8]]],
])('is told of a pod that says so: %j, %j', async (pod, container, [uid, gid, supplementalGroups]) => {
  expect(await userOf(pod, container)).toEqual({ linux: { uid, gid, supplementalGroups } });
});

it.each([{}, { runAsGroup: 3_000, fsGroup: 2_000 }])('is not known of a simulated image: %j', async (pod) => {
  expect(await userOf(pod, {})).toBeUndefined();
});
