import { describe, expect, it } from 'vitest';
import {
  configMap,
  deployment,
  failure,
  pod,
  type RegistryFixture,
  read,
  registryFixture,
} from '../../test/support/registry-fixture.ts';
import type { DeleteOptions } from './registry.ts';

const bound = async ({ registry }: RegistryFixture, name: string, spec = {}) => {
  await registry.create('pods', 'default', pod(name, spec));
  await registry.bind('default', name, { target: { name: 'n1' } });
};

const isGone = async ({ store }: RegistryFixture, resource: string, name: string): Promise<boolean> =>
  (await store.get(resource, resource === 'namespaces' ? '' : 'default', name)) === undefined;

describe('delete', () => {
  it('removes at once what has no grace and no finalizer', async () => {
    const fixture = await registryFixture();
    await fixture.registry.create('configmaps', 'default', configMap('a', { k: 'v' }));
    const { object, removed } = await fixture.registry.delete('configmaps', 'default', 'a');
    expect(removed).toBe(true);
    expect(read(object)).toMatchObject({ metadata: { name: 'a' }, data: { k: 'v' } });
    expect(object.revision).toBe(await fixture.store.currentRevision());
    expect(await failure(fixture.registry.delete('configmaps', 'default', 'a'))).toMatchObject({ code: 404 });
  });

  it.each<[string, DeleteOptions, object, number]>([
    ['the default grace', {}, {}, 30],
    ["the pod's own grace", {}, { terminationGracePeriodSeconds: 5 }, 5],
    ["the client's grace", { gracePeriodSeconds: 7 }, {}, 7],
    ['one second for a negative grace', { gracePeriodSeconds: -3 }, {}, 1],
  ])('gives a bound pod %s', async (_, options, spec, grace) => {
    const fixture = await registryFixture();
    await bound(fixture, 'a', spec);
    const { object, removed } = await fixture.registry.delete('pods', 'default', 'a', options);
    expect(removed).toBe(false);
    const { deletionTimestamp = '', deletionGracePeriodSeconds } = read(object).metadata;
    expect(deletionGracePeriodSeconds).toBe(grace);
    expect(Date.parse(deletionTimestamp)).toBe(fixture.time.ms + grace * 1_000);
    expect(await isGone(fixture, 'pods', 'a')).toBe(false);
  });

  it('removes at once a pod that was never bound or has ended, and any pod by force', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    await registry.create('pods', 'default', pod('unbound'));
    expect((await registry.delete('pods', 'default', 'unbound', { gracePeriodSeconds: 60 })).removed).toBe(true);
    await bound(fixture, 'ended');
    await registry.updateStatus('pods', 'default', 'ended', { ...pod('ended'), status: { phase: 'Succeeded' } });
    expect((await registry.delete('pods', 'default', 'ended')).removed).toBe(true);
    await bound(fixture, 'forced');
    expect((await registry.delete('pods', 'default', 'forced', { gracePeriodSeconds: 0 })).removed).toBe(true);
  });

  it('may be hastened by a second request, never put off', async () => {
    const fixture = await registryFixture();
    const { registry, time } = fixture;
    await bound(fixture, 'a');
    const first = await registry.delete('pods', 'default', 'a');
    time.ms += 3_000;
    for (const options of [{}, { gracePeriodSeconds: 30 }, { gracePeriodSeconds: 300 }]) {
      expect((await registry.delete('pods', 'default', 'a', options)).object.revision).toBe(first.object.revision);
    }
    const hastened = read((await registry.delete('pods', 'default', 'a', { gracePeriodSeconds: 10 })).object);
    expect(hastened.metadata.deletionGracePeriodSeconds).toBe(10);
    expect(Date.parse(hastened.metadata.deletionTimestamp ?? '')).toBe(time.ms - 3_000 + 10_000);
    expect((await registry.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 })).removed).toBe(true);
  });

  it('waits for finalizers, then ends with the update that takes the last one off', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    const finalizers = ['example.com/a', 'example.com/b'];
    const sent = deployment('web');
    await registry.create('deployments.apps', 'default', { ...sent, metadata: { ...sent.metadata, finalizers } });
    const { object, removed } = await registry.delete('deployments.apps', 'default', 'web');
    expect(removed).toBe(false);
    expect(read(object).metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2, finalizers });
    const again = await registry.delete('deployments.apps', 'default', 'web');
    expect(again.object.revision).toBe(object.revision);
    const without = (name: string) =>
      registry.modify('deployments.apps', 'default', 'web', ({ metadata }) => {
        metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== name);
        return true;
      });
    await without('example.com/a');
    expect(await isGone(fixture, 'deployments.apps', 'web')).toBe(false);
    await without('example.com/b');
    expect(await isGone(fixture, 'deployments.apps', 'web')).toBe(true);
  });

  it('keeps a pod in its grace when its last finalizer goes', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    const sent = pod('a');
    const metadata = { ...sent.metadata, finalizers: ['example.com/a'] };
    await registry.create('pods', 'default', { ...sent, metadata });
    await registry.bind('default', 'a', { target: { name: 'n1' } });
    await registry.delete('pods', 'default', 'a');
    const drop = { metadata: { finalizers: null } };
    await registry.patch('pods', 'default', 'a', 'merge', drop);
    expect(await isGone(fixture, 'pods', 'a')).toBe(false);
    expect((await registry.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 })).removed).toBe(true);
  });

  it('ends a pod with finalizers once the kubelet is through and the last finalizer goes', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    const sent = pod('a');
    await registry.create('pods', 'default', {
      ...sent,
      metadata: { ...sent.metadata, finalizers: ['example.com/a'] },
    });
    await registry.bind('default', 'a', { target: { name: 'n1' } });
    await registry.delete('pods', 'default', 'a');
    const forced = await registry.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 });
    expect(forced.removed).toBe(false);
    expect(read(forced.object).metadata.deletionGracePeriodSeconds).toBe(0);
    await registry.patch('pods', 'default', 'a', 'merge', { metadata: { finalizers: null } });
    expect(await isGone(fixture, 'pods', 'a')).toBe(true);
  });

  it('honours preconditions', async () => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', configMap('a'));
    const remove = (preconditions: NonNullable<DeleteOptions['preconditions']>) =>
      registry.delete('configmaps', 'default', 'a', { preconditions });
    expect(await failure(remove({ uid: 'another' }))).toEqual({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (another) does not match the UID ' +
        `in record (${object.uid}). The object might have been deleted and then recreated`,
    });
    expect((await failure(remove({ resourceVersion: '1' }))).message).toContain(
      `the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${object.revision})`,
    );
    expect((await remove({ uid: object.uid, resourceVersion: String(object.revision) })).removed).toBe(true);
  });

  it('checks the preconditions again after a lost race', async () => {
    const { registry, store } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', configMap('a'));
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await registry.update('configmaps', 'default', 'a', configMap('a', { changed: 'meanwhile' }));
    };
    const preconditions = { resourceVersion: String(object.revision) };
    expect(await failure(registry.delete('configmaps', 'default', 'a', { preconditions }))).toMatchObject({
      code: 409,
    });
    expect(read(await registry.get('configmaps', 'default', 'a'))).toMatchObject({ data: { changed: 'meanwhile' } });
  });

  it('leaves the dependents to the garbage collector as the policy says', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    const make = async (name: string, withDependent: boolean): Promise<void> => {
      const { object } = await registry.create('deployments.apps', 'default', deployment(name));
      if (withDependent) {
        const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: object.uid };
        const metadata = { name: `of-${name}`, ownerReferences: [owner] };
        await registry.create('configmaps', 'default', { metadata });
      }
    };
    const remove = async (name: string, propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>) => {
      const { object, removed } = await registry.delete('deployments.apps', 'default', name, { propagationPolicy });
      return { removed, finalizers: read(object).metadata.finalizers };
    };
    await make('foreground', false);
    expect(await remove('foreground', 'Foreground')).toEqual({ removed: false, finalizers: ['foregroundDeletion'] });
    await make('orphan', true);
    expect(await remove('orphan', 'Orphan')).toEqual({ removed: false, finalizers: ['orphan'] });
    await make('childless', false);
    expect(await remove('childless', 'Orphan')).toEqual({ removed: true, finalizers: undefined });
    await make('background', true);
    expect(await remove('background', 'Background')).toEqual({ removed: true, finalizers: undefined });
    expect(await remove('foreground', 'Background')).toEqual({ removed: true, finalizers: undefined });
    await make('defaulted', true);
    const orphaning: DeleteOptions = { defaultPolicy: 'Orphan' };
    const { object } = await registry.delete('deployments.apps', 'default', 'defaulted', orphaning);
    expect(read(object).metadata.finalizers).toEqual(['orphan']);
    const odd = { propagationPolicy: 'Sideways' } as unknown as DeleteOptions;
    expect(await failure(registry.delete('deployments.apps', 'default', 'orphan', odd))).toMatchObject({ code: 422 });
  });

  it('changes nothing in a dry run', async () => {
    const fixture = await registryFixture();
    await bound(fixture, 'a');
    const before = await fixture.registry.get('pods', 'default', 'a');
    const dry = await fixture.registry.delete('pods', 'default', 'a', { dryRun: true });
    expect(read(dry.object).metadata.deletionGracePeriodSeconds).toBe(30);
    expect((await fixture.registry.get('pods', 'default', 'a')).body).toBe(before.body);
  });
});

describe('namespace deletion', () => {
  it('waits in phase Terminating for finalize', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    const { object, removed } = await registry.delete('namespaces', '', 'other');
    expect(removed).toBe(false);
    expect(read(object)).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    expect(read(object).metadata).not.toHaveProperty('deletionGracePeriodSeconds');
    expect((await registry.delete('namespaces', '', 'other')).removed).toBe(false);
    await registry.update('namespaces', '', 'other', { metadata: { name: 'other' }, spec: { finalizers: [] } });
    expect(await isGone(fixture, 'namespaces', 'other')).toBe(false);
    await registry.finalizeNamespace('other', { metadata: { name: 'other' }, spec: { finalizers: [] } });
    expect(await isGone(fixture, 'namespaces', 'other')).toBe(true);
  });

  it('finalize of a living namespace removes nothing', async () => {
    const fixture = await registryFixture();
    await fixture.registry.finalizeNamespace('other', { metadata: { name: 'other' }, spec: { finalizers: [] } });
    expect(await isGone(fixture, 'namespaces', 'other')).toBe(false);
    expect((await fixture.registry.delete('namespaces', '', 'other')).removed).toBe(true);
  });

  it('is refused for the namespaces of the system', async () => {
    const { registry } = await registryFixture();
    expect(await failure(registry.delete('namespaces', '', 'default'))).toEqual({
      code: 403,
      reason: 'Forbidden',
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
    });
  });
});
