import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, failure, read, withDeployment } from '../../test/support/registry-fixture.ts';
import type { KubeObject } from '../values/object.ts';

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

  it('gives others a turn before a long object is parsed, none before a short one', async () => {
    const { registry } = await withDeployment();
    const modify = async (change: (object: KubeObject) => boolean | undefined): Promise<number> => {
      let rounds = 0;
      let counting = setImmediate(function count() {
        rounds += 1;
        counting = setImmediate(count);
      });
      let before = 0;
      await registry.modify(DEPLOYMENTS, 'default', 'web', (object) => {
        before = rounds;
        return change(object);
      });
      clearImmediate(counting);
      return before;
    };
    const short = await modify((object) => {
      object.metadata.annotations = { long: 'x'.repeat(150_000) };
      return true;
    });
    expect([short, (await modify(() => false)) > 0]).toEqual([0, true]);
  });
});
