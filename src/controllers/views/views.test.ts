import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { controllerOf } from '../owner-references.ts';

/** All indexes at once against a count over everything, after any history. */
test('indexes say what a look at all pods would', async () => {
  const step = fc.record({
    at: fc.nat(5),
    do: fc.constantFrom('bind', 'own', 'release', 'label', 'delete'),
    to: fc.constantFrom('x', 'y'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const fleet = new FleetWorld([]);
      await fleet.start();
      for (const { at, do: act, to } of steps) {
        const name = `p${at}`;
        if (fleet.get('pods', name) === undefined) {
          fleet.add('pods', { kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers: [] } });
        } else if (act === 'delete') {
          await fleet.delete('pods', 'default', name, 0);
        } else {
          fleet.edit('pods', 'default', name, (pod) => {
            const owner = { apiVersion: 'v1', kind: 'X', name: to, uid: to, controller: true };
            pod.spec.nodeName = act === 'bind' ? to : pod.spec.nodeName;
            if (act === 'label') {
              pod.metadata.labels = { app: to };
            } else if (act !== 'bind') {
              pod.metadata.ownerReferences = act === 'own' ? [owner] : [];
            }
          });
        }
      }
      const fresh = fleet.views.fresh(AbortSignal.timeout(5_000));
      await fleet.clock.advance(100);
      await fresh;
      const pods = fleet.all('pods');
      const names = (found: Iterable<{ name: string }>) => [...found].map(({ name }) => name).sort();
      const those = (test: (pod: Loose) => boolean) =>
        pods
          .filter(test)
          .map(({ metadata }) => metadata.name)
          .sort();
      const isUnowned = (pod: Loose): boolean => controllerOf(pod) === undefined;
      for (const group of ['x', 'y']) {
        const isSelected = (labels: Readonly<Record<string, string>>): boolean => labels['app'] === group;
        expect(names(fleet.views.unownedPods('default', isSelected))).toEqual(
          those((pod) => isUnowned(pod) && isSelected(pod.metadata.labels ?? {})),
        );
        expect(names(fleet.views.podsOn(group))).toEqual(those(({ spec }) => spec.nodeName === group));
        expect(names(fleet.views.podsOf(group))).toEqual(those((pod) => controllerOf(pod)?.uid === group));
      }
      expect(names(fleet.views.podsIn('default'))).toEqual(those(() => true));
      expect(names(fleet.views.podsIn('other'))).toEqual([]);
      expect(names(fleet.views.unboundPods())).toEqual(those(({ spec }) => spec.nodeName === undefined));
      expect(names(fleet.views.unownedPods('default'))).toEqual(those(isUnowned));
      fleet.stop();
    }),
    { numRuns: 50 },
  );
});
