import { describe, expect, it } from 'vitest';
import {
  configMap,
  DEPLOYMENTS,
  deployment,
  failure,
  pod,
  read,
  registryFixture,
  withDeployment,
} from '../../test/support/registry-fixture.ts';

describe('update', () => {
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
