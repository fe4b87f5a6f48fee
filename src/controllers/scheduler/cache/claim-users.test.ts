/** A claim is used at any time by those pods that count on nodes, and nothing is kept of claims that nobody uses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { sharedClaims } from './claim-users.ts';

const CLAIMS = ['x', 'y'];
const using = (names: readonly string[]) => ({
  volumes: names.map((claimName, index) => ({ name: `v${index}`, persistentVolumeClaim: { claimName } })),
});
const step = fc.record({
  name: fc.constantFrom('p', 'q', 'r'),
  namespace: fc.constantFrom('default', 'other'),
  claims: fc.array(fc.constantFrom(...CLAIMS), { maxLength: 3 }),
  node: fc.constantFrom('a', 'b'),
  to: fc.constantFrom('running', 'ended', 'leaving', 'gone', 'assumed', 'forgotten', 'tried'),
});

function used({ world: { cache, claimUsers } }: SchedulerWorld): void {
  const expected = new Set(
    [...cache.podsOnNodes()].flatMap(({ pod }) => sharedClaims(pod).map((name) => `${pod.namespace}/${name}`)),
  );
  const all = ['default', 'other'].flatMap((namespace) => CLAIMS.map((name) => [namespace, name] as const));
  const found = all.filter(([namespace, name]) => claimUsers.isUsed(namespace, name)).map((parts) => parts.join('/'));
  expect(new Set(found)).toEqual(expected);
  expect(claimUsers.size).toBe(expected.size);
}

test('claims are used as the pods on nodes say, whatever came, ended, was assumed, forgotten or tried', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const fleet = new SchedulerWorld();
      const { cache } = fleet.world;
      fleet.node('a');
      fleet.node('b');
      // What a pod mounts is fixed when it is made.
      const made = new Map<string, readonly string[]>();
      for (const { name, namespace, claims, node, to } of steps) {
        const key = `${namespace}/${name}`;
        const spec = using(made.get(key) ?? claims);
        made.set(key, made.get(key) ?? claims);
        const unbound = fleet.newPod(name, { namespace, spec });
        if (to === 'gone') {
          fleet.noPod(name, namespace);
        } else if (to === 'assumed') {
          cache.assume(unbound, node);
        } else if (to === 'forgotten') {
          cache.forget(unbound);
        } else if (to === 'tried') {
          const state = cache.node(node);
          const inside =
            state &&
            cache.trial(state, ({ add }) => {
              add(unbound);
              return sharedClaims(unbound).every((claim) => fleet.world.claimUsers.isUsed(namespace, claim));
            });
          expect(inside).toBe(true);
        } else {
          fleet.pod(name, node, {
            namespace,
            spec,
            deleting: to === 'leaving',
            status: to === 'ended' ? { phase: 'Failed' } : {},
          });
        }
        used(fleet);
      }
    }),
  );
});

test('a claim whose only user is taken off for a trial is free in it, and used again after it', () => {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  const pod = fleet.pod('p', 'a', { spec: using(['x', 'x']) });
  const { cache, claimUsers } = fleet.world;
  const [node] = cache.nodes();
  const inside =
    node &&
    cache.trial(node, ({ remove }) => {
      remove(pod);
      return claimUsers.isUsed('default', 'x');
    });
  expect([inside, claimUsers.isUsed('default', 'x')]).toEqual([false, true]);
  fleet.noPod('p');
  expect([claimUsers.isUsed('default', 'x'), claimUsers.size]).toEqual([false, 0]);
});
