import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { until } from '../../test/support/until.ts';
import { EventRecorder, type EventSubject } from './event-recorder.ts';

const POD: EventSubject = {
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'default',
  name: 'web',
  uid: 'u1',
  fieldPath: 'spec.containers{main}',
};

interface EventObject {
  metadata: { name: string; namespace: string };
  count: number;
  reason: string;
}
const events = (world: World) => world.all('events') as unknown as EventObject[];

describe('EventRecorder', () => {
  it('writes events as the kubelet does', async () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    recorder.record(POD, 'Normal', 'Started', 'Started container main', 'n1');
    await recorder.flush(world.registry);
    expect(events(world)).toMatchObject([
      {
        metadata: { namespace: 'default' },
        involvedObject: POD,
        ...{ type: 'Normal', reason: 'Started', message: 'Started container main', count: 1 },
        source: { component: 'kubelet', host: 'n1' },
        firstTimestamp: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(events(world)[0]?.metadata.name).toMatch(/^web\.[0-9a-f]{14,16}$/);
  });

  it('folds repeats into a count, and begins anew when the event has expired', async () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    const again = async () => {
      recorder.record(POD, 'Warning', 'BackOff', 'Back-off', 'n1');
      await recorder.flush(world.registry);
    };
    await again();
    world.now += 10_000;
    await again();
    recorder.record(POD, 'Warning', 'BackOff', 'Back-off', 'n1');
    await again();
    expect(events(world).map(({ count }) => count)).toEqual([4]);
    world.delete('events', 'default', events(world)[0]?.metadata.name ?? '', 0);
    await again();
    expect(events(world).map(({ count }) => count)).toEqual([5]);
  });

  it('remembers events for as long as a repeat folds into them', () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    const record = (uid: string) => recorder.record({ ...POD, uid }, 'Normal', 'Started', 'Started container main');
    for (const uid of ['a', 'b', 'c']) {
      record(uid);
      world.now += 200_000;
    }
    record('b');
    expect(recorder.remembered).toBe(3);
    world.now += 250_000;
    record('d');
    // The first is over; what was repeated is not, nor is what came after it.
    expect(recorder.remembered).toBe(3);
    world.now += 3_600_000;
    record('e');
    expect(recorder.remembered).toBe(1);
  });

  it('remembers no more of a message than an event holds', async () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    for (const end of ['a', 'b']) {
      recorder.record(POD, 'Warning', 'Failed', `${'x'.repeat(1_024)}${end}`, 'n1');
    }
    await recorder.flush(world.registry);
    expect(events(world)).toMatchObject([{ message: 'x'.repeat(1_024), count: 2 }]);
  });

  it('drops the oldest under load and counts them; a failing store fails nobody', async () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    for (let i = 0; i < 5_100; i += 1) {
      recorder.record({ ...POD, uid: `u${i}` }, 'Normal', `R${i}`, 'x');
    }
    expect(recorder.dropped).toBe(100);
    await recorder.flush(world.registry);
    expect(events(world)[0]?.reason).toBe('R100');
    const broken = { createAll: async () => Promise.reject(new Error('no store')) };
    await recorder.flush(broken as never);
    expect(recorder.dropped).toBe(300);
  });

  it('tells little of one object, and counts on', async () => {
    const world = new World();
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger);
    const fail = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i += 1) {
        recorder.record(POD, 'Warning', 'Unhealthy', 'Readiness probe failed', 'n1');
        await recorder.flush(world.registry);
      }
    };
    await fail(60);
    expect(events(world).map(({ count }) => count)).toEqual([25]);
    world.now += 300_000;
    await fail(1);
    expect(events(world).map(({ count }) => count)).toEqual([61]);
  });

  it('tells many that are alike together, with the words of the last one', async () => {
    const world = new World();
    const told = async (recorder: EventRecorder, names: readonly string[]) => {
      for (const name of names) {
        recorder.record(POD, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`);
        await recorder.flush(world.registry);
      }
      return (world.all('events') as unknown as { message: string; count: number }[]).map(
        ({ message, count }) => `${message} x${count}`,
      );
    };
    const names = [...'abcdefghijkl'];
    const recorder = new EventRecorder('replicaset-controller', world.clock, silentLogger);
    const combined = '(combined from similar events): Created pod:';
    expect(await told(recorder, names)).toEqual([
      ...names.slice(0, 9).map((name) => `Created pod: ${name} x1`),
      `${combined} l x3`,
    ]);
    expect((await told(recorder, ['i'])).slice(8)).toEqual(['Created pod: i x2', `${combined} l x3`]);
    world.now += 600_001;
    expect((await told(recorder, ['m'])).at(-1)).toBe('Created pod: m x1');
    world.now += 1;
    const each = new EventRecorder('default-scheduler', world.clock, silentLogger, { tellsEach: true });
    expect((await told(each, names)).slice(11)).toEqual(names.map((name) => `Created pod: ${name} x1`));
  });

  it('lets the events of a node leave at its pace, and those of others meanwhile', async () => {
    const world = new World();
    const rate = { perSecond: 50, burst: 100 };
    const recorder = new EventRecorder('kubelet', world.clock, silentLogger, { rate });
    for (let i = 0; i < 1_200; i += 1) {
      recorder.record({ ...POD, uid: `u${i}` }, 'Normal', 'Started', 'x', 'n1');
    }
    recorder.record({ ...POD, uid: 'v' }, 'Normal', 'Pulled', 'x', 'n2');
    const left = async (): Promise<number> => {
      await recorder.flush(world.registry);
      return events(world).length;
    };
    expect(await left()).toBe(101);
    expect(await left()).toBe(101);
    world.now += 200;
    expect(await left()).toBe(111);
    expect(recorder.dropped).toBe(200);
    expect(events(world).filter(({ reason }) => reason === 'Pulled')).toHaveLength(1);
  });

  it('tells the story of a pod', async () => {
    const world = new World();
    world.addNode('n1');
    world.addPod('web', {}, { pullMs: 512 });
    const stop = new AbortController();
    await world.run(5_000);
    world.kubelet.start(stop.signal);
    await until(
      () => world.all('events').length > 0,
      () => 'no event was written',
    );
    stop.abort();
    const story = (
      world.all('events') as unknown as (EventObject & { message: string; involvedObject: { kind: string } })[]
    )
      .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
      .map(({ reason, message }) => `${reason}: ${message.replace(/\d+ bytes/, 'N bytes')}`);
    expect(story).toEqual([
      'Pulling: Pulling image "web:1"',
      'Pulled: Successfully pulled image "web:1" in 512ms (512ms including waiting). Image size: N bytes.',
      'Created: Created container: main',
      'Started: Started container main',
    ]);
  });
});
