import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { conflict } from '../../errors.ts';
import { schedulerController } from './controller.ts';

const CPUS = 4;

const cpuOf = ({ spec }: Loose): number => Number(spec.containers[0].resources.requests.cpu);
const isCounted = ({ spec, status }: Loose): boolean =>
  spec.nodeName !== undefined && !['Succeeded', 'Failed'].includes(status?.phase);

/** Bindings that fail as a lost race does, or whose answer is lost though they were made. */
function disturb(fleet: FleetWorld, seed: number): void {
  const { bindAll } = fleet.registry;
  let turn = seed;
  Object.assign(fleet.registry, {
    bindAll: async (...args: Parameters<typeof bindAll>) => {
      turn = (turn * 48_271) % 2_147_483_647;
      if (turn % 7 === 0) {
        await bindAll(...args);
        throw new Error('the answer is lost');
      }
      const refused = args[0].filter((_, index) => (turn + index) % 3 === 0);
      const others = args[0].filter((binding) => !refused.includes(binding));
      const results = await bindAll(others, args[1]);
      return args[0].map((binding) =>
        refused.includes(binding)
          ? conflict({ group: '', resource: 'pods' }, binding.pod.name)
          : (results[others.indexOf(binding)] as (typeof results)[number]),
      );
    },
  });
}

test('no node is ever given more than it has, and whatever fits is placed in the end', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), cpu: fc.integer({ min: 1, max: CPUS }) }) },
    fc.record({ do: fc.constantFrom('finish' as const, 'delete' as const), at: fc.nat(20) }),
    fc.record({ do: fc.constant('node' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(5_000) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 1e6 }), async (steps, seed) => {
      const fleet = new FleetWorld([schedulerController], seed);
      disturb(fleet, seed);
      let nodes = 0;
      let pods = 0;
      const addNode = () => {
        nodes += 1;
        const allocatable = { cpu: String(CPUS), pods: '3' };
        fleet.add('nodes', { kind: 'Node', metadata: { name: `n${nodes}` }, status: { allocatable } });
      };
      const used = (name: string): Loose[] =>
        fleet.all('pods').filter((pod) => isCounted(pod) && pod.spec.nodeName === name);
      fleet.onWrite = (id, object) => {
        const name = id === 'pods' ? object?.spec.nodeName : undefined;
        if (name !== undefined) {
          expect(used(name).reduce((sum, pod) => sum + cpuOf(pod), 0)).toBeLessThanOrEqual(CPUS);
          expect(used(name).length).toBeLessThanOrEqual(3);
        }
      };
      addNode();
      await fleet.start();
      for (const now of steps) {
        if (now.do === 'add') {
          pods += 1;
          const resources = { requests: { cpu: String(now.cpu) } };
          const metadata = { name: `p${pods}`, namespace: 'default' };
          fleet.add('pods', {
            metadata,
            spec: { containers: [{ name: 'c', resources }] },
            status: { phase: 'Pending' },
          });
        } else if (now.do === 'node') {
          addNode();
        } else if (now.do === 'wait') {
          await fleet.advance(now.ms, 500);
        } else {
          const pod = fleet.all('pods')[now.at];
          if (pod !== undefined && now.do === 'delete') {
            await fleet.delete('pods', 'default', pod.metadata.name, 0);
          } else if (pod !== undefined) {
            fleet.setPhase('default', pod.metadata.name, 'Succeeded');
          }
        }
      }
      await fleet.advance(400_000, 20_000);
      const free = Array.from({ length: nodes }, (_, index) => used(`n${index + 1}`)).map((on) =>
        on.length >= 3 ? 0 : CPUS - on.reduce((sum, pod) => sum + cpuOf(pod), 0),
      );
      const waiting = fleet
        .all('pods')
        .filter(({ spec, status }) => spec.nodeName === undefined && status.phase === 'Pending');
      expect(waiting.filter((pod) => free.some((cpus) => cpus >= cpuOf(pod)))).toEqual([]);
      expect(fleet.errors.filter((error) => !String(error).includes('answer is lost'))).toEqual([]);
      fleet.stop();
    }),
    { numRuns: 40 },
  );
}, 60_000);
