/** One object in two forms: each verb in one is seen in the other. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Loose, type RegistryFixture, read, registryFixture } from '../../../test/support/registry-fixture.ts';
import { horizontalPodAutoscalerV1 } from '../../resources/autoscaling/horizontal-pod-autoscaler-v1.ts';
import { eventsEvent } from '../../resources/events/event.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Trigger } from '../registry.ts';

const CORE = 'events';
const NEW = 'events.v1.events.k8s.io';
const HPA = 'horizontalpodautoscalers.autoscaling';
const HPA_V1 = 'horizontalpodautoscalers.v1.autoscaling';
const newEvent = (name: string, more: object = {}) => ({
  ...{ apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name } },
  ...{
    regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
    note: 'all is well',
    reason: 'Fine',
    type: 'Normal',
  },
  ...{ eventTime: '2026-01-01T00:00:00.000000Z', action: 'Look', reportingController: 'example.com/it' },
  ...{ reportingInstance: 'it-0', ...more },
});

let world: RegistryFixture;
let due: KubeObject[];
beforeEach(async () => {
  due = [];
  const trigger: Trigger = {
    resource: CORE,
    dueOn: ({ after }) => {
      due.push(...(after === undefined ? [] : [after]));
      return [];
    },
  };
  world = await registryFixture({ triggers: [trigger] });
});
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should fail'),
    (error: { reason: string; message: string }) => error,
  );

describe('events.k8s.io', () => {
  it('are the events of core under other names', async () => {
    const { object } = await world.registry.create(NEW, 'default', newEvent('e'));
    expect(read(object)).toMatchObject(newEvent('e'));
    const core = read(await world.registry.get(CORE, 'default', 'e'));
    expect(core).toMatchObject({
      ...{ apiVersion: 'v1', kind: 'Event', message: 'all is well', reportingComponent: 'example.com/it' },
      involvedObject: { kind: 'Pod', name: 'p' },
    });
    expect(Object.keys(core)).not.toContain('note');
    expect(due).toMatchObject([{ involvedObject: { name: 'p' } }]);
    expect(core.metadata.resourceVersion).toBe(read(object).metadata.resourceVersion);
  });

  it('show those of the older form with what is deprecated in them', async () => {
    await world.registry.create(CORE, 'default', {
      ...{ metadata: { name: 'old' }, involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' } },
      ...{ message: 'hm', count: 3, source: { component: 'kubelet' }, firstTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(read(await world.registry.get(NEW, 'default', 'old'))).toMatchObject({
      ...{ apiVersion: 'events.k8s.io/v1', note: 'hm', deprecatedCount: 3, regarding: { name: 'p' } },
      ...{ deprecatedSource: { component: 'kubelet' }, deprecatedFirstTimestamp: '2026-01-01T00:00:00Z' },
    });
  });

  it('are asked for more when they are made', async () => {
    const { eventTime: _, ...timeless } = newEvent('e');
    expect(await failure(world.registry.create(NEW, 'default', timeless))).toMatchObject({
      reason: 'Invalid',
      message: expect.stringContaining('eventTime: Required value'),
    });
    const counted = newEvent('e', { deprecatedCount: 2 });
    expect((await failure(world.registry.create(NEW, 'default', counted))).message).toContain(
      'count: Invalid value: "": needs to be unset',
    );
    const strange = newEvent('e', { message: 'of core' });
    const strict = { fieldValidation: 'Strict' } as const;
    expect((await failure(world.registry.create(NEW, 'default', strange, strict))).message).toContain(
      'unknown field "message"',
    );
    expect((await world.registry.list(CORE, {})).items).toEqual([]);
  });

  it('are patched, updated and deleted as the same object', async () => {
    await world.registry.create(NEW, 'default', newEvent('e'));
    const patched = await world.registry.patch(NEW, 'default', 'e', 'merge', {
      series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' },
    });
    expect(read(patched.object)).toMatchObject({ note: 'all is well', series: { count: 2 } });
    await world.registry.patch(CORE, 'default', 'e', 'merge', { message: 'changed' });
    const current = read(await world.registry.get(NEW, 'default', 'e'));
    expect(current).toMatchObject({ note: 'changed', series: { count: 2 } });
    await world.registry.update(NEW, 'default', 'e', { ...current, note: 'again' });
    expect(read(await world.registry.get(CORE, 'default', 'e'))).toMatchObject({ message: 'again' });
    const stale = await failure(world.registry.update(NEW, 'default', 'e', current));
    expect(stale.reason).toBe('Conflict');
    await world.registry.delete(NEW, 'default', 'e');
    expect(await world.registry.find(CORE, 'default', 'e')).toBeUndefined();
  });

  it('are selected by their own names, listed and watched in their own form', async () => {
    await world.registry.create(NEW, 'default', newEvent('a'));
    await world.registry.create(NEW, 'default', newEvent('b', { regarding: { kind: 'Node', name: 'n' } }));
    const ofPods = { fields: [{ path: 'regarding.kind', operator: '=', value: 'Pod' }] } as const;
    const { items, revision } = await world.registry.list(NEW, ofPods);
    expect(items.map((item) => read(item))).toMatchObject([{ metadata: { name: 'a' }, note: 'all is well' }]);
    const wrong = { fields: [{ path: 'involvedObject.kind', operator: '=', value: 'Pod' }] } as const;
    expect((await failure(world.registry.list(NEW, wrong))).reason).toBe('BadRequest');

    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { events } of world.registry.watch(NEW, { ...ofPods, from: revision, signal: stop.signal })) {
        seen.push(...events.map(({ type, object }) => `${type} ${(read(object) as Loose & { note: string }).note}`));
        if (seen.length >= 3) {
          return;
        }
      }
    })();
    await world.registry.create(NEW, 'default', newEvent('c', { note: 'new' }));
    await world.registry.patch(CORE, 'default', 'c', 'merge', { message: 'changed' });
    await world.registry.delete(CORE, 'default', 'c');
    await watching;
    expect(seen).toEqual(['ADDED new', 'MODIFIED changed', 'DELETED changed']);
    stop.abort();
  });

  it('come back as they were, whatever is in them', () => {
    const storedAs = eventsEvent.storedAs;
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('note', 'regarding', 'type', 'series', 'deprecatedCount'), fc.jsonValue()),
        (fields) => {
          const object = { ...fields, metadata: { name: 'e' } } as unknown as KubeObject;
          expect(storedAs?.fromStored(storedAs.toStored(object))).toEqual(object);
        },
      ),
    );
  });
});

describe('autoscaling/v1', () => {
  const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }, maxReplicas: 5 };
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } };
  const memory = {
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
  };

  it('has one CPU target, which is a metric of v2', async () => {
    const sent = { metadata: { name: 'web' }, spec: { ...spec, targetCPUUtilizationPercentage: 70 } };
    const { object } = await world.registry.create(HPA_V1, 'default', sent);
    expect(read(object)).toMatchObject({
      ...{ apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' },
      spec: { ...spec, minReplicas: 1, targetCPUUtilizationPercentage: 70 },
    });
    expect(read(await world.registry.get(HPA, 'default', 'web'))).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { ...spec, minReplicas: 1, metrics: [cpu] },
    });
  });

  it('keeps what it has no field for in annotations, through a write of its own', async () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    await world.registry.create(HPA, 'default', {
      metadata: { name: 'web' },
      spec: { ...spec, metrics: [memory, cpu], behavior },
    });
    const before = read(await world.registry.get(HPA, 'default', 'web'));
    const v1 = read(await world.registry.get(HPA_V1, 'default', 'web'));
    expect(v1.spec).toMatchObject({ targetCPUUtilizationPercentage: 70 });
    expect(JSON.parse(v1.metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] ?? '')).toEqual([
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
    ]);
    await world.registry.patch(HPA_V1, 'default', 'web', 'merge', { spec: { maxReplicas: 9 } });
    const after = read(await world.registry.get(HPA, 'default', 'web'));
    expect(after.spec).toEqual({ ...before.spec, maxReplicas: 9 });
    expect(after.metadata.annotations).toBeUndefined();
  });

  it('refuses what v2 refuses', async () => {
    const bad = { metadata: { name: 'web' }, spec: { ...spec, maxReplicas: 0 } };
    expect((await failure(world.registry.create(HPA_V1, 'default', bad))).message).toContain('spec.maxReplicas');
  });

  it.each([
    { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '3' } } },
    {
      type: 'Object',
      object: {
        describedObject: { kind: 'Ingress', name: 'i' },
        metric: { name: 'm' },
        target: { type: 'Value', value: '7' },
      },
    },
    {
      type: 'External',
      external: {
        metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
        target: { type: 'AverageValue', averageValue: '2' },
      },
    },
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 5 } },
    },
    memory,
    cpu,
  ])('brings a metric of type $type back as it was', (metric) => {
    const storedAs = horizontalPodAutoscalerV1.storedAs;
    const stored = {
      apiVersion: '',
      kind: '',
      metadata: { name: 'a' },
      spec: { ...spec, metrics: [metric] },
    } as KubeObject;
    expect(storedAs?.toStored(storedAs.fromStored(stored))).toEqual(stored);
  });
});
