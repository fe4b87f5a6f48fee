import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault, FaultSpec } from '../../resources/fleet/fault.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { FaultTargets } from './targets.ts';

type Views = ConstructorParameters<typeof FaultTargets>[1];
const NOW = Date.parse('2026-01-01T00:00:00Z');

/** A fleet that tells what changes, as the views do, and counts how often it is walked through. */
class Fleet {
  readonly nodes = new Map<string, NodeInfo>();
  readonly pods = new Map<string, PodInfo>();
  walks = 0;
  readonly views: Views;

  constructor() {
    const walk = <T>(all: Iterable<T>): Iterable<T> => {
      this.walks += 1;
      return all;
    };
    this.views = {
      nodes: { get: (_: string, name: string) => this.nodes.get(name), values: () => walk(this.nodes.values()) },
      pods: { values: () => walk(this.pods.values()) },
      podsIn: (namespace: string) => walk([...this.pods.values()].filter((pod) => pod.namespace === namespace)),
      podsOn: (node: string) => [...this.pods.values()].filter(({ nodeName }) => nodeName === node),
    } as unknown as Views;
  }

  node(targets: FaultTargets, name: string, now: Partial<NodeInfo> | undefined): void {
    const before = this.nodes.get(name);
    const info = now === undefined ? undefined : ({ name, uid: `node-${name}`, ...now } as NodeInfo);
    info === undefined ? this.nodes.delete(name) : this.nodes.set(name, info);
    targets.nodeChanged(info, before);
  }
  pod(targets: FaultTargets, name: string, now: Partial<PodInfo> | undefined): void {
    const before = this.pods.get(name);
    const info = now === undefined ? undefined : ({ name, labels: {}, ...now } as PodInfo);
    info === undefined ? this.pods.delete(name) : this.pods.set(name, info);
    targets.podChanged(info, before);
  }
}

const fault = (spec: FaultSpec): Fault =>
  ({ metadata: { name: 'f', creationTimestamp: new Date(NOW).toISOString() }, spec }) as Fault;

test('after any history the targets are those that a look at all would find, without a second look', async () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({
      what: fc.constant('node' as const),
      name,
      now: fc.option(fc.record({ isVirtual: fc.boolean(), labels: fc.constantFrom({ zone: 'x' }, { zone: 'y' }) }), {
        nil: undefined,
      }),
    }),
    fc.record({
      what: fc.constant('pod' as const),
      name,
      now: fc.option(
        fc.record({
          uid: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
          namespace: fc.constantFrom('default', 'other'),
          nodeName: fc.constantFrom('', 'a', 'b'),
          phase: fc.constantFrom('Running', 'Failed'),
        }),
        { nil: undefined },
      ),
    }),
  );
  const spec: fc.Arbitrary<FaultSpec> = fc.record({
    type: fc.constantFrom('Partition', 'CrashLoop'),
    nodeSelector: fc.constantFrom({}, { matchLabels: { zone: 'x' } }),
    share: fc.constantFrom('100%', '50%'),
    rampSeconds: fc.constantFrom(0, 60),
    seed: fc.nat(9),
  });
  const uidOf = (uid: string, pod: string): string => `${uid}-${pod}`;
  await fc.assert(
    fc.asyncProperty(spec, fc.array(step, { maxLength: 25 }), async (wanted, steps) => {
      const fleet = new Fleet();
      const { signal } = new AbortController();
      const kept = new FaultTargets(fault(wanted), fleet.views);
      await kept.fill(signal);
      for (const [at, one] of steps.entries()) {
        if (one.what === 'node') {
          fleet.node(kept, one.name, one.now);
        } else {
          const now = one.now === undefined ? undefined : { ...one.now, uid: uidOf(one.now.uid, one.name) };
          fleet.pod(kept, one.name, now);
        }
        await kept.hit(NOW + at * 5_000);
      }
      expect(fleet.walks).toBe(1);
      const fresh = new FaultTargets(fault(wanted), fleet.views);
      await fresh.fill(signal);
      const end = NOW + 200_000;
      await kept.hit(end);
      await fresh.hit(end);
      const labels = (targets: FaultTargets) =>
        [...targets.struck()].map(({ nodeName, pod }) => `${nodeName}/${pod?.uid ?? ''}`).sort();
      expect([kept.count, kept.affected, labels(kept)]).toEqual([fresh.count, fresh.affected, labels(fresh)]);
    }),
    { numRuns: 300 },
  );
});
