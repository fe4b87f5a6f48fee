import { describe, expect, it } from 'vitest';
import { configMap, registryWithMaps } from '../../test/support/registry-fixture.ts';
import type { StatusError } from '../errors.ts';

describe('a list of the past', () => {
  const EXACT = 'Exact';

  it('says in which ways a list cannot go on: with a token from the present', async () => {
    const { registry, store } = await registryWithMaps(5);
    const options = { limit: 2, resourceVersion: String(store.revision), resourceVersionMatch: EXACT };
    const { continue: token = '' } = await registry.list('configmaps', options);
    // What the store in memory has of the past is nothing.
    await registry.create('configmaps', 'default', configMap('z'));
    const expired = await registry.list('configmaps', { limit: 2, continue: token }).catch((error: unknown) => error);
    expect(expired).toMatchObject({
      ...{
        code: 410,
        reason: 'Expired',
        message: expect.stringMatching(/^The provided continue parameter is too old/),
      },
    });
    const { metadata } = (expired as StatusError).toStatus();
    const rest = await registry.list('configmaps', { limit: 9, continue: metadata.continue ?? '' });
    expect(rest.revision).toBe(store.revision);
    expect(rest.items).toHaveLength(4);
  });

  it('says on each page how many are left', async () => {
    const { registry, store } = await registryWithMaps(5);
    const options = { limit: 2, resourceVersion: String(store.revision), resourceVersionMatch: EXACT };
    const first = await registry.list('configmaps', options);
    const second = await registry.list('configmaps', { limit: 2, continue: first.continue ?? '' });
    const last = await registry.list('configmaps', { limit: 2, continue: second.continue ?? '' });
    expect([first.remaining, second.remaining, last.remaining]).toEqual([3, 1, undefined]);
    const labels = [{ key: 'none', operator: 'DoesNotExist', values: [] }] as const;
    expect(await registry.list('configmaps', { ...options, labels })).not.toHaveProperty('remaining');
  });

  it('has pages of a thousand at most, however large the limit is', async () => {
    const { registry, store } = await registryWithMaps(1_100);
    const options = { limit: 1_050, resourceVersion: String(store.revision), resourceVersionMatch: EXACT };
    const { signal } = new AbortController();
    const page = await registry.listStream('configmaps', options, signal);
    expect(page.items).toHaveLength(1_000);
    expect(page.rest).toBeUndefined();
    const rest = await registry.listStream('configmaps', { limit: 1_050, continue: page.continue ?? '' }, signal);
    expect(rest.items).toHaveLength(100);
    expect(rest.continue).toBeUndefined();
  });
});
