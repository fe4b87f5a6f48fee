import { describe, expect, it } from 'vitest';
import { configMap, deployment, failure, pod, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { MODIFIED_MESSAGE } from '../errors.ts';

const DEPLOYMENTS = 'deployments.apps';

const X = { x: 'y' };
const TEMPLATE = { spec: { containers: [{ name: 'c', image: 'i' }] } };
const SLICE = { addressType: 'IPv4', endpoints: [] };

async function withDeployment() {
  const fixture = await registryFixture();
  const { object } = await fixture.registry.create(DEPLOYMENTS, 'default', deployment('web'));
  return { ...fixture, created: object };
}

describe('update', () => {
  it('raises the generation when the spec changes, and only then', async () => {
    const { registry } = await withDeployment();
    const changed = await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 3 }));
    expect(read(changed.object).metadata.generation).toBe(2);
    const labelled = { ...deployment('web', { replicas: 3 }), metadata: { name: 'web', labels: { a: 'b' } } };
    const relabelled = await registry.update(DEPLOYMENTS, 'default', 'web', labelled);
    expect(read(relabelled.object).metadata).toMatchObject({ generation: 2, labels: { a: 'b' } });
    expect(relabelled.object.revision).toBeGreaterThan(changed.object.revision);
  });

  it.each([
    [
      'podtemplates',
      'default',
      { template: TEMPLATE },
      { template: { ...TEMPLATE, metadata: { labels: X } } },
      [1, 1, 2],
    ],
    ['endpointslices.discovery.k8s.io', 'default', SLICE, { ...SLICE, ports: [{ port: 1 }] }, [1, 2, 3]],
    ['priorityclasses.scheduling.k8s.io', '', { value: 1 }, { value: 1, description: 'd' }, [1, 1, 1]],
    ['csidrivers.storage.k8s.io', '', { spec: {} }, { spec: { requiresRepublish: true } }, [undefined, undefined, 1]],
    ['nodes', '', {}, { spec: { unschedulable: true } }, [undefined, undefined, undefined]],
    ['namespaces', '', {}, { spec: {} }, [undefined, undefined, undefined]],
  ])('counts the generations of %s as their strategy does', async (id, namespace, made, changed, generations) => {
    const { registry } = await registryFixture();
    const created = await registry.create(id, namespace, { ...made, metadata: { name: 'a' } });
    const put = async (body: object, labels: object) => {
      const { resourceVersion } = read((await registry.get(id, namespace, 'a')) ?? created.object).metadata;
      const metadata = { name: 'a', resourceVersion, labels };
      return registry.update(id, namespace, 'a', { ...body, metadata });
    };
    const all = [created, await put(made, X), await put(changed, X)];
    expect(all.map(({ object }) => read(object).metadata.generation)).toEqual(generations);
  });

  it.each(['leases.coordination.k8s.io', 'poddisruptionbudgets.policy'])('of %s names a version', async (id) => {
    const { registry } = await registryFixture();
    const { object } = await registry.create(id, 'default', { metadata: { name: 'a' }, spec: {} });
    const put = (resourceVersion?: string) =>
      registry.update(id, 'default', 'a', { metadata: { name: 'a', labels: X, resourceVersion }, spec: {} });
    const [resource = '', ...group] = id.split('.');
    for (const refused of [
      put(),
      put('0'),
      registry.patch(id, 'default', 'a', 'merge', { metadata: { resourceVersion: null } }),
    ]) {
      expect(await failure(refused)).toEqual({
        code: 422,
        reason: 'Invalid',
        message: `${resource}.${group.join('.')} "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
      });
    }
    await registry.patch(id, 'default', 'a', 'merge', { metadata: { annotations: X } });
    expect(await failure(put(String(object.revision)))).toMatchObject({ code: 409 });
    const { revision } = await registry.get(id, 'default', 'a');
    expect(read((await put(String(revision))).object).metadata.labels).toEqual(X);
  });

  it('keeps no empty labels, annotations, owners and finalizers, as Go leaves them out', async () => {
    const { registry } = await withDeployment();
    const empty = { labels: {}, annotations: {}, ownerReferences: [], finalizers: [] };
    const metadata = { name: 'web', ...empty };
    const updated = read(
      (await registry.update(DEPLOYMENTS, 'default', 'web', { ...deployment('web'), metadata })).object,
    );
    const other = { ...deployment('other'), metadata: { name: 'other', ...empty } };
    const created = read((await registry.create(DEPLOYMENTS, 'default', other)).object);
    for (const field of Object.keys(empty)) {
      expect(updated.metadata).not.toHaveProperty(field);
      expect(created.metadata).not.toHaveProperty(field);
    }
  });

  it('writes nothing when nothing changes, whatever the order of keys', async () => {
    const { registry, store, created } = await withDeployment();
    const writes = store.writes.length;
    const { spec, metadata } = read(created);
    const reordered = { spec: Object.fromEntries(Object.entries(spec ?? {}).reverse()), metadata };
    const same = await registry.update(DEPLOYMENTS, 'default', 'web', reordered);
    expect(same.object.revision).toBe(created.revision);
    expect(store.writes).toHaveLength(writes);
  });

  it('keeps what belongs to the server', async () => {
    const { registry, created } = await withDeployment();
    const before = read(created);
    const sent = deployment('web', { replicas: 5 });
    const metadata = {
      ...sent.metadata,
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      generation: 99,
    };
    const after = read((await registry.update(DEPLOYMENTS, 'default', 'web', { ...sent, metadata })).object);
    expect(after.metadata.creationTimestamp).toBe(before.metadata.creationTimestamp);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.generation).toBe(2);
    expect(after.metadata).not.toHaveProperty('deletionTimestamp');
  });

  it('keeps spec and status apart', async () => {
    const { registry } = await withDeployment();
    const sent = { ...deployment('web', { replicas: 9 }), status: { replicas: 4 } };
    const spec = read((await registry.update(DEPLOYMENTS, 'default', 'web', sent)).object);
    expect(spec.spec?.['replicas']).toBe(9);
    expect(spec.status ?? {}).not.toHaveProperty('replicas');
    const metadata = { ...sent.metadata, labels: { not: 'taken' } };
    const other = { ...deployment('web', { replicas: 1 }), metadata, status: { replicas: 4 } };
    const status = read((await registry.updateStatus(DEPLOYMENTS, 'default', 'web', other)).object);
    expect(status.status).toMatchObject({ replicas: 4 });
    expect(status.spec?.['replicas']).toBe(9);
    expect(status.metadata).not.toHaveProperty('labels');
    expect(status.metadata.generation).toBe(2);
  });

  it('compares and sets on resourceVersion', async () => {
    const { registry, created } = await withDeployment();
    const at = (resourceVersion: string, replicas: number) => ({
      ...deployment('web', { replicas }),
      metadata: { name: 'web', resourceVersion },
    });
    await registry.update(DEPLOYMENTS, 'default', 'web', at(String(created.revision), 3));
    expect(await failure(registry.update(DEPLOYMENTS, 'default', 'web', at(String(created.revision), 4)))).toEqual({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on deployments.apps "web": ${MODIFIED_MESSAGE}`,
    });
    for (const version of ['abc', '-1', '1.5', '9'.repeat(30)]) {
      expect(await failure(registry.update(DEPLOYMENTS, 'default', 'web', at(version, 4)))).toMatchObject({
        code: 400,
      });
    }
    expect(read(await registry.get(DEPLOYMENTS, 'default', 'web')).spec?.['replicas']).toBe(3);
  });

  it('answers 409 when another wins between the read and a conditional write', async () => {
    const { registry, store, created } = await withDeployment();
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 7 }));
    };
    const metadata = { name: 'web', resourceVersion: String(created.revision) };
    const mine = { ...deployment('web', { replicas: 8 }), metadata };
    expect(await failure(registry.update(DEPLOYMENTS, 'default', 'web', mine))).toMatchObject({ code: 409 });
    expect(read(await registry.get(DEPLOYMENTS, 'default', 'web')).spec?.['replicas']).toBe(7);
  });

  it('wins in the end without a resourceVersion, and gives up after a bounded number of losses', async () => {
    const { registry, store } = await withDeployment();
    let losses = 0;
    const rival = async (): Promise<void> => {
      if (losses < limit) {
        losses += 1;
        store.beforeCommit = undefined;
        const labels = { loss: String(losses) };
        await registry.modify(DEPLOYMENTS, 'default', 'web', (object) => {
          object.metadata.labels = labels;
          return true;
        });
        store.beforeCommit = rival;
      }
    };
    let limit = 3;
    store.beforeCommit = rival;
    const won = await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 8 }));
    expect(read(won.object).spec?.['replicas']).toBe(8);
    expect(losses).toBe(3);
    limit = Number.POSITIVE_INFINITY;
    const lost = registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 9 }));
    expect(await failure(lost)).toMatchObject({ code: 409 });
    expect(losses).toBeLessThan(100);
  });

  it('refuses another uid, name or namespace', async () => {
    const { registry, created } = await withDeployment();
    const sent = (metadata: object) =>
      failure(registry.update(DEPLOYMENTS, 'default', 'web', { ...deployment('web'), metadata }));
    expect((await sent({ name: 'web', uid: 'another' })).message).toBe(
      'Operation cannot be fulfilled on deployments.apps "web": Precondition failed: UID in precondition: another, ' +
        `UID in object meta: ${created.uid}`,
    );
    expect(await sent({ name: 'api' })).toMatchObject({
      code: 400,
      message: 'the name of the object (api) does not match the name on the URL (web)',
    });
    expect(await sent({})).toMatchObject({ code: 400 });
    expect(await sent({ name: 'web', namespace: 'other' })).toMatchObject({
      code: 400,
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    });
  });

  it('answers 404 for a missing object, and creates only kinds that allow it', async () => {
    const { registry } = await withDeployment();
    expect(await failure(registry.update('configmaps', 'default', 'no', configMap('no')))).toMatchObject({
      code: 404,
      message: 'configmaps "no" not found',
    });
    const leases = 'leases.coordination.k8s.io';
    const lease = { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } };
    const { object, created } = await registry.update(leases, 'default', 'l', lease);
    expect(created).toBe(true);
    expect((await registry.update(leases, 'default', 'l', read(object))).created).toBe(false);
  });

  it('makes what was deleted again, whatever version its writer has seen, but not as the one that it was', async () => {
    const { registry } = await withDeployment();
    const id = 'clusterroles.rbac.authorization.k8s.io';
    const seen = { name: 'r', resourceVersion: '7' };
    expect((await registry.update(id, '', 'r', { metadata: seen, rules: [] })).created).toBe(true);
    await registry.delete(id, '', 'r');
    expect(await failure(registry.update(id, '', 'r', { metadata: { ...seen, uid: 'u' }, rules: [] }))).toMatchObject({
      code: 409,
      message: expect.stringContaining('Precondition failed: UID in precondition: u, UID in object meta: '),
    });
  });

  it('updates what a rival created in between', async () => {
    const { registry, store } = await withDeployment();
    const involvedObject = { namespace: 'default' };
    const told = (message: string) => ({ metadata: { name: 'e' }, involvedObject, message });
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await registry.create('events', 'default', told('rival'));
    };
    const written = await registry.update('events', 'default', 'e', told('me'));
    expect(written.created).toBe(false);
    expect(read(written.object)).toMatchObject({ message: 'me' });
  });

  it('rejects invalid changes and writes nothing', async () => {
    const { registry, created } = await withDeployment();
    const bad = registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: -1 }));
    expect(await failure(bad)).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((await registry.get(DEPLOYMENTS, 'default', 'web')).revision).toBe(created.revision);
  });

  it('writes nothing in a dry run and keeps the version', async () => {
    const { registry, created } = await withDeployment();
    const { object } = await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 4 }), {
      dryRun: true,
    });
    expect(read(object).spec?.['replicas']).toBe(4);
    expect(object.revision).toBe(created.revision);
    expect((await registry.get(DEPLOYMENTS, 'default', 'web')).body).toBe(created.body);
  });

  it('lets a writer of the status change metadata, but for what the kind keeps from it', async () => {
    const { registry } = await registryFixture();
    const note = { labels: { from: 'status' }, annotations: { from: 'status' } };
    await registry.create('nodes', '', { metadata: { name: 'n', labels: { a: 'b' } } }, { fieldManager: 'maker' });
    const node = { metadata: { name: 'n', ...note }, status: { phase: 'Running' } };
    const after = read((await registry.updateStatus('nodes', '', 'n', node, { fieldManager: 'kubelet' })).object);
    expect(after.metadata).toMatchObject(note);
    expect(after.metadata.labels).not.toHaveProperty('a');
    const entry = (after.metadata.managedFields ?? []).find(
      (one) => (one as { subresource?: string }).subresource === 'status',
    );
    expect(entry).toMatchObject({
      manager: 'kubelet',
      fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:from': {} }, 'f:labels': { 'f:from': {} } } },
    });

    await registry.create(DEPLOYMENTS, 'default', deployment('kept', { replicas: 1 }));
    const { labels } = read(await registry.get(DEPLOYMENTS, 'default', 'kept')).metadata;
    const web = await registry.updateStatus(DEPLOYMENTS, 'default', 'kept', {
      ...deployment('kept', { replicas: 1 }),
      metadata: { name: 'kept', ...note },
    });
    expect(read(web.object).metadata.annotations).toEqual(note.annotations);
    expect(read(web.object).metadata.labels).toEqual(labels);
    const bad = { metadata: { name: 'n', labels: { 'not a key': '' } } };
    expect((await failure(registry.updateStatus('nodes', '', 'n', bad))).reason).toBe('Invalid');
  });

  it('has no status for kinds without the subresource', async () => {
    const { registry } = await withDeployment();
    await registry.create('configmaps', 'default', configMap('a'));
    expect(await failure(registry.updateStatus('configmaps', 'default', 'a', configMap('a')))).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
  });
});

describe('modify', () => {
  it('tries again on the latest state when it loses a race', async () => {
    const { registry, store } = await withDeployment();
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await registry.modify(DEPLOYMENTS, 'default', 'web', (object) => {
        object.metadata.labels = { rival: 'was-here' };
        return true;
      });
    };
    const seen: unknown[] = [];
    const written = await registry.modify(DEPLOYMENTS, 'default', 'web', (object) => {
      seen.push(object.metadata.labels);
      object.metadata.annotations = { mine: 'too' };
      return undefined;
    });
    expect(seen).toEqual([undefined, { rival: 'was-here' }]);
    expect(written && read(written).metadata).toMatchObject({
      labels: { rival: 'was-here' },
      annotations: { mine: 'too' },
    });
  });

  it('answers undefined for a missing object or another uid, and writes nothing on false', async () => {
    const { registry, store, created } = await withDeployment();
    const writes = store.writes.length;
    const never = () => {
      throw new Error('called');
    };
    expect(await registry.modify(DEPLOYMENTS, 'default', 'no', never)).toBeUndefined();
    expect(await registry.modify(DEPLOYMENTS, 'default', 'web', never, { uid: 'another' })).toBeUndefined();
    const options = { uid: created.uid };
    const kept = await registry.modify(
      DEPLOYMENTS,
      'default',
      'web',
      (object) => {
        object.metadata.labels = { dropped: 'yes' };
        return false;
      },
      options,
    );
    expect(kept?.body).toBe(created.body);
    expect(store.writes).toHaveLength(writes);
  });

  it('on status keeps everything but status', async () => {
    const { registry } = await withDeployment();
    const written = await registry.modify(
      DEPLOYMENTS,
      'default',
      'web',
      (object) => {
        object.metadata.labels = { not: 'kept' };
        object.spec = {};
        object.status = { replicas: 1, gone: undefined };
        return true;
      },
      { subresource: 'status' },
    );
    const after = written && read(written);
    expect(after?.status).toEqual({ replicas: 1 });
    expect(after?.spec?.['replicas']).toBe(2);
    expect(after?.metadata.labels).toBeUndefined();
  });

  it('is refused to a worker that lost its shard', async () => {
    const { registry } = await withDeployment();
    const fence = { shard: 's', holder: 'nobody', epoch: 1 };
    const change = () =>
      registry.modify(
        DEPLOYMENTS,
        'default',
        'web',
        (object) => {
          object.metadata.labels = { a: 'b' };
          return true;
        },
        { fence },
      );
    expect(await failure(change())).toMatchObject({ code: 409 });
  });
});

describe('updateStatuses', () => {
  it('writes many, each compared on what it was computed from', async () => {
    const { registry, store } = await registryFixture();
    for (const name of ['a', 'b', 'c', 'd']) {
      await registry.create('pods', 'default', pod(name));
    }
    const befores = await Promise.all(['a', 'b', 'c', 'd'].map((name) => registry.get('pods', 'default', name)));
    await registry.modify('pods', 'default', 'b', (object) => {
      object.metadata.labels = { changed: 'meanwhile' };
      return true;
    });
    await registry.delete('pods', 'default', 'c');
    const changes = befores.map((before) => {
      const after = read(before);
      return { before, after: before.name === 'd' ? after : { ...after, status: { phase: 'Running' } } };
    });
    const writes = store.writes.length;
    const [a, b, c, d] = await registry.updateStatuses('pods', changes);
    expect(a).toMatchObject({ name: 'a', fields: { 'status.phase': 'Running' } });
    expect(b).toMatchObject({ reason: 'Conflict' });
    expect(c).toMatchObject({ reason: 'NotFound' });
    expect(d).toBe(befores[3]);
    expect(store.writes).toHaveLength(writes + 3);
    expect(read(await registry.get('pods', 'default', 'a')).status).toEqual({ phase: 'Running' });
  });
});

describe('triggers', () => {
  const trigger = (seen: unknown[]) => ({
    resource: 'pods',
    dueOn: ({ before, after }: { before?: { metadata: object }; after?: { metadata: object } }) => {
      seen.push([before !== undefined, after !== undefined]);
      return [{ shard: 'kubelet/1', key: 'x' }];
    },
  });

  it('make work due in the same write and ring each shard once', async () => {
    const seen: unknown[] = [];
    const { registry, store, rings } = await registryFixture({ triggers: [trigger(seen)] });
    await registry.create('pods', 'default', pod('a'));
    expect(store.writes.at(-1)?.due).toEqual([{ shard: 'kubelet/1', key: 'x' }]);
    expect(rings).toEqual(['kubelet/1']);
    await registry.createAll('pods', [pod('b'), pod('c'), pod('d')]);
    expect(rings).toHaveLength(2);
    await registry.updateStatus('pods', 'default', 'a', { ...pod('a'), status: { phase: 'Running' } });
    await registry.delete('pods', 'default', 'a');
    expect(rings).toHaveLength(4);
    expect(seen).toEqual([
      [false, true],
      [false, true],
      [false, true],
      [false, true],
      [true, true],
      [true, false],
    ]);
  });

  it('ring nothing when nothing was written', async () => {
    const { registry, rings } = await registryFixture({ triggers: [trigger([])] });
    await registry.create('pods', 'default', pod('dry'), { dryRun: true });
    await registry.create('pods', 'default', pod('a'));
    rings.length = 0;
    await failure(registry.create('pods', 'default', pod('a')));
    await registry.modify('pods', 'default', 'a', () => true);
    expect(rings).toEqual([]);
  });
});
