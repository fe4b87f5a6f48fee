import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PodShape, SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

const shape = (priority: number, cpu: string, more: PodShape & { started?: string } = {}): PodShape => {
  const { started, spec = {}, ...rest } = more;
  return {
    ...rest,
    cpu,
    spec: { priority, ...spec },
    ...(started === undefined ? {} : { status: { startTime: started } }),
  };
};
const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
const app = (name: string) => ({ labels: { app: name } });
/** Nodes of 4 cpus. */
function world(...nodes: string[]): SchedulerWorld {
  const fleet = new SchedulerWorld();
  for (const name of nodes) {
    fleet.node(name);
  }
  return fleet;
}
const incoming = (fleet: SchedulerWorld, cpu = '4', more: PodShape = {}) =>
  fleet.newPod('incoming', shape(10, cpu, more));

describe('the victims of a node', () => {
  test('are as few as will do, the least important ones', () => {
    const fleet = world('n');
    fleet.pod('low', 'n', shape(1, '1'));
    fleet.pod('lower', 'n', shape(0, '1'));
    fleet.pod('equal', 'n', shape(10, '1'));
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: lower');
    expect(fleet.preempt(incoming(fleet, '3'))).toBe('n: low lower');
  });

  test('of equal priority are those that started last', () => {
    const fleet = world('n');
    fleet.pod('old', 'n', shape(1, '2', { started: at(1) }));
    fleet.pod('young', 'n', shape(1, '2', { started: at(2) }));
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: young');
    fleet.pod('young', 'n', shape(1, '2'));
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: young');
  });

  test('are rather those that no budget protects', () => {
    const fleet = world('n');
    fleet.pod('guarded', 'n', shape(0, '2', app('db')));
    fleet.pod('free', 'n', shape(5, '2'));
    fleet.budget('b', 'db', 0);
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: free');
    expect(fleet.preempt(incoming(fleet, '4'))).toBe('n: free guarded (1 protected)');
    fleet.budget('b', 'db', 1);
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: guarded');
    fleet.budget('b', 'db', 0, { guarded: at(0) });
    expect(fleet.preempt(incoming(fleet, '2'))).toBe('n: guarded');
  });

  test('leave nothing behind: whoever looks afterwards sees the node as it is', () => {
    const fleet = world('n');
    fleet.pod('low', 'n', shape(1, '4'));
    fleet.preempt(incoming(fleet));
    expect(fleet.refusal(incoming(fleet), 'n')).toMatchObject({ reasons: ['Insufficient cpu'] });
    expect([...(fleet.world.cache.node('n')?.pods ?? [])].map(({ name }) => name)).toEqual(['low']);
  });

  test('make room for what the pod wants of others too', () => {
    const fleet = world();
    fleet.node('n', { labels: { host: 'n' } });
    const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'host' };
    const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    fleet.pod('db', 'n', shape(1, '1', app('db')));
    fleet.pod('web', 'n', shape(1, '1', app('web')));
    expect(fleet.preempt(incoming(fleet, '1', { spec: apart }))).toBe('n: db');
  });

  test('count those who were promised the node and are no less important', () => {
    const fleet = world('n');
    fleet.pod('low', 'n', shape(1, '1'));
    fleet.pod('lower', 'n', shape(0, '3'));
    fleet.nominations.promise(fleet.newPod('promised', shape(10, '1')), 'n');
    expect(fleet.preempt(incoming(fleet, '1'))).toBe('n: lower');
    expect(fleet.preempt(incoming(fleet, '4'))).toBe('0/1 nodes are available: 1 Insufficient cpu.');
  });
});

describe('of several nodes it takes the one', () => {
  test.each<[string, Record<string, PodShape[]>, string]>([
    ['with fewer protected victims', { a: [shape(0, '4', app('db'))], b: [shape(9, '4')] }, 'b'],
    [
      'whose most important victim is less so',
      { a: [shape(5, '1'), shape(0, '3')], b: [shape(4, '2'), shape(4, '2')] },
      'b',
    ],
    [
      'with the smaller sum of priorities',
      { a: [shape(5, '2'), shape(4, '2')], b: [shape(5, '2'), shape(3, '2')] },
      'b',
    ],
    ['with fewer victims', { a: [shape(5, '2'), shape(5, '2')], b: [shape(5, '4')] }, 'b'],
    [
      'whose victims started last',
      { a: [shape(5, '4', { started: at(1) })], b: [shape(5, '4', { started: at(2) })] },
      'b',
    ],
  ])('%s', (_, pods, expected) => {
    const fleet = world('a', 'b');
    fleet.budget('b', 'db', 0);
    for (const [node, shapes] of Object.entries(pods)) {
      for (const [index, each] of shapes.entries()) {
        fleet.pod(`${node}${index}`, node, each);
      }
    }
    expect(fleet.preempt(incoming(fleet))).toMatch(new RegExp(`^${expected}: `));
  });
});

describe('it says why not', () => {
  test('node by node', () => {
    const fleet = world('none', 'small');
    fleet.node('tainted', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } });
    fleet.pod('equal', 'none', shape(10, '4'));
    fleet.pod('much', 'small', shape(10, '3'));
    fleet.pod('little', 'small', shape(1, '1'));
    expect(fleet.preempt(incoming(fleet, '3'))).toBe(
      '0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    );
  });

  test('when the pod must not', () => {
    const fleet = world('n');
    fleet.pod('low', 'n', shape(1, '4'));
    expect(fleet.preempt(incoming(fleet, '4', { spec: { preemptionPolicy: 'Never' } }))).toBe(
      'not eligible due to preemptionPolicy=Never.',
    );
    expect(fleet.preempt(incoming(fleet, '4', { spec: { schedulerName: 'x' } }))).toBe('n: low');
  });

  test('while victims of the promised node are still leaving', () => {
    const fleet = world('n', 'm');
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }];
    fleet.pod('low', 'n', { ...shape(1, '4'), deleting: true, status: { conditions } });
    fleet.pod('low2', 'm', shape(1, '4'));
    const pod = incoming(fleet);
    fleet.nominations.promise(pod, 'n');
    expect(fleet.preempt(pod)).toBe('not eligible due to a terminating pod on the nominated node.');
    fleet.node('n', { spec: { unschedulable: true } });
    expect(fleet.preempt(pod)).toBe('m: low2');
  });

  test('nothing, when its profile does not pre-empt', () => {
    const fleet = new SchedulerWorld({ plugins: { postFilter: { enabled: [], disabled: ['DefaultPreemption'] } } });
    fleet.node('n');
    fleet.pod('low', 'n', shape(1, '4'));
    expect(fleet.preempt(incoming(fleet))).toBe('off');
  });
});

test('after the victims have left the pod fits, none of them was as important, and none could have stayed', () => {
  const running = fc.record({
    priority: fc.nat(12),
    cpu: fc.constantFrom('1', '2', '3'),
    node: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(running, { maxLength: 8 }), fc.constantFrom('1', '2', '3', '4'), (pods, cpu) => {
      const fleet = world('a', 'b');
      for (const [index, { priority, cpu: used, node }] of pods.entries()) {
        fleet.pod(`p${index}`, node, shape(priority, used));
      }
      const pod = incoming(fleet, cpu);
      if (fleet.feasible(pod).length > 0) {
        return;
      }
      const [node = '', names = ''] = fleet.preempt(pod).split(': ');
      if (!['a', 'b'].includes(node)) {
        return;
      }
      const victims = names.split(' ');
      for (const name of victims) {
        expect(pods[Number(name.slice(1))]?.priority).toBeLessThan(10);
        fleet.noPod(name);
      }
      expect(fleet.refusal(pod, node)).toBeUndefined();
      for (const name of victims) {
        const { priority = 0, cpu: used = '1' } = pods[Number(name.slice(1))] ?? {};
        fleet.pod(name, node, shape(priority, used));
        expect(fleet.refusal(pod, node)).toBeDefined();
        fleet.noPod(name);
      }
    }),
    { numRuns: 200 },
  );
});
