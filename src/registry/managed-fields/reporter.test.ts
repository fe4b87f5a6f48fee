import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsBy, ownershipFixture as setUp } from '../../../test/support/ownership-fixture.ts';
import { deployment, failure, type Loose, pod, read } from '../../../test/support/registry-fixture.ts';
import type { WriteOptions } from '../registry.ts';

const RUNNING = { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] };
const ENTRY = { operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' };

async function reported(create: WriteOptions = { fieldManager: 'maker' }) {
  const fixture = await setUp();
  const { registry, get, time } = fixture;
  await registry.createAll('pods', [pod('a')], create);
  const stored = async (): Promise<Loose> => read(await registry.get('pods', 'default', 'a'));
  const report = async (status: object, component: 'kubelet' | 'kube-scheduler' = 'kubelet') => {
    time.ms += 1_000;
    const before = await registry.get('pods', 'default', 'a');
    const object = read(before);
    const after = { ...object, status: { ...object.status, ...status } };
    return (await registry.updateStatuses('pods', [{ before, decoded: object, after }], { component }))[0];
  };
  const patch = (status: object, fieldManager: string) =>
    registry.patch('pods', 'default', 'a', 'merge', { status }, { fieldManager, subresource: 'status' });
  const applied = (status: Record<string, unknown>): Loose => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    status,
  });
  await report(RUNNING);
  return { ...fixture, stored, report, patch, applied, told: () => get('pods', 'a') };
}

describe('who reports a status', () => {
  it('is noted short, with the time of the last report, and told whole', async () => {
    const { stored, report, told } = await reported();
    const short = { ...ENTRY, manager: 'kubelet', subresource: 'status' };
    expect(entriesOf(await stored())[1]).toEqual({ ...short, time: '2026-01-02T03:04:06Z' });
    await report({ phase: 'Succeeded' });
    expect(entriesOf(await stored()).map(({ manager, time }) => [manager, time])).toEqual([
      ['maker', '2026-01-02T03:04:05Z'],
      ['kubelet', '2026-01-02T03:04:07Z'],
    ]);
    const { metadata, ...rest } = await told();
    expect(fieldsBy({ metadata } as Loose, 'kubelet')).toEqual({
      'f:status': {
        ...{ 'f:phase': {}, 'f:podIP': {} },
        'f:podIPs': { '.': {}, 'k:{"ip":"10.0.0.1"}': { '.': {}, 'f:ip': {} } },
      },
    });
    expect(fieldsBy({ metadata } as Loose, 'maker')).not.toHaveProperty('f:status');
    expect(rest).toEqual({ ...(await stored()), metadata: undefined });
  });

  it('writes nothing where it reports nothing new', async () => {
    const { registry, report } = await reported();
    const { revision } = await registry.get('pods', 'default', 'a');
    await report({});
    expect((await registry.get('pods', 'default', 'a')).revision).toBe(revision);
  });

  it('does not own what a binding and a create set', async () => {
    const { report, told } = await reported();
    await report({ conditions: [{ type: 'PodScheduled', status: 'True' }] });
    expect(fieldsBy(await told(), 'kubelet')?.['f:status']).not.toHaveProperty('f:conditions');
    await report({ conditions: ['PodScheduled', 'Ready'].map((type) => ({ type, status: 'True' })) });
    expect(fieldsBy(await told(), 'kubelet')).toMatchObject({
      'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {}, 'f:type': {} } } },
    });
    expect(fieldsBy(await told(), 'kubelet')?.['f:status']).not.toHaveProperty('f:qosClass');
  });

  it('conflicts with an apply, which may take over by force', async () => {
    const { apply, applied, report, told } = await reported();
    const config = applied({ phase: 'Failed' });
    expect((await failure(apply('pods', config, 'me', { subresource: 'status' }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubelet" with subresource "status" using v1: .status.phase',
    );
    await apply('pods', config, 'me', { subresource: 'status', force: true });
    expect(fieldsBy(await told(), 'me')).toEqual({ 'f:status': { 'f:phase': {} } });
    expect(fieldsBy(await told(), 'kubelet')?.['f:status']).not.toHaveProperty('f:phase');
    await report({ podIP: '10.0.0.2' });
    expect(fieldsBy(await told(), 'me')).toEqual({ 'f:status': { 'f:phase': {} } });
    const answer = await apply('pods', config, 'me', { subresource: 'status' });
    expect(entriesOf(answer).filter(({ fieldsV1 }) => fieldsV1 === undefined)).toEqual([]);
    await report({ phase: 'Running' });
    expect(fieldsBy(await told(), 'me')).toBeUndefined();
    expect(fieldsBy(await told(), 'kubelet')?.['f:status']).toMatchObject({ 'f:phase': {}, 'f:podIP': {} });
  });

  it('is written out once a client changes of the status', async () => {
    const { patch, stored } = await reported();
    await patch({ reason: 'Mine' }, 'editor');
    expect(fieldsBy(await stored(), 'editor')).toEqual({ 'f:status': { 'f:reason': {} } });
    expect(fieldsBy(await stored(), 'kubelet')?.['f:status']).toMatchObject({ 'f:phase': {} });
  });

  it('keeps its own when a client sends back what it got, told whole or listed', async () => {
    const { registry, stored, told } = await reported();
    for (const [at, got] of [await told(), await stored()].entries()) {
      const metadata = { ...got.metadata, labels: { mine: String(at) } };
      delete metadata.resourceVersion;
      await registry.update('pods', 'default', 'a', { ...got, metadata }, { fieldManager: 'editor' });
      expect(fieldsBy(await told(), 'kubelet')?.['f:status']).toMatchObject({ 'f:phase': {} });
    }
  });

  it('leaves others of our components what they changed', async () => {
    const { report, stored, told } = await reported();
    await report({ nominatedNodeName: 'n1' }, 'kube-scheduler');
    await report({ podIP: '10.0.0.2' });
    expect(entriesOf(await stored()).filter((entry) => entry.fieldsV1 === undefined)).toHaveLength(2);
    expect(fieldsBy(await told(), 'kube-scheduler')).toEqual({ 'f:status': { 'f:nominatedNodeName': {} } });
    expect(fieldsBy(await told(), 'kubelet')?.['f:status']).not.toHaveProperty('f:nominatedNodeName');
  });

  it('of what nobody is noted to have made leaves the rest to the first apply', async () => {
    const { apply, told } = await reported({});
    expect(entriesOf(await told()).map(({ manager }) => manager)).toEqual(['kubelet']);
    const config = { ...pod('a'), spec: { containers: [{ name: 'main', image: 'busybox:2' }] } };
    expect((await failure(apply('pods', config, 'me'))).message).toContain('conflict with "before-first-apply"');
  });
});

it('of other kinds a controller reports the status', async () => {
  const { registry, get } = await setUp();
  await registry.create('deployments.apps', 'default', deployment('web'), { fieldManager: 'maker' });
  const fence = { shard: 's', epoch: 1, holder: 'h' };
  const change = (object: Loose): boolean => {
    object.status = { replicas: 1 };
    return true;
  };
  await registry.modify<Loose>('deployments.apps', 'default', 'web', change, { subresource: 'status', fence });
  expect(fieldsBy(await get('deployments.apps', 'web'), 'kube-controller-manager')).toEqual({
    'f:status': { 'f:replicas': {} },
  });
});
