import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENTS,
  deployment,
  failure,
  read,
  registryFixture,
  withDeployment,
} from '../../test/support/registry-fixture.ts';
import { MODIFIED_MESSAGE } from '../errors.ts';

const X = { x: 'y' };

describe('update', () => {
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
});
