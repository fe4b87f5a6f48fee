import { describe, expect, it } from 'vitest';
import { configMap, failure, pod, registryFixture, registryWithMaps } from '../../test/support/registry-fixture.ts';
import type { StatusError } from '../errors.ts';
import type { ListOptions } from './registry.ts';

describe('list', () => {
  it("comes in pages that hold everything once, all with the first page's revision", async () => {
    const { registry } = await registryWithMaps(25);
    const names: string[] = [];
    const revisions = new Set<number>();
    let token: string | undefined;
    do {
      const page = await registry.list('configmaps', {
        limit: 10,
        ...(token === undefined ? {} : { continue: token }),
      });
      names.push(...page.items.map(({ name }) => name));
      revisions.add(page.revision);
      expect(page.remaining).toBe(page.continue === undefined ? undefined : 25 - names.length);
      token = page.continue;
      await registry.create('configmaps', 'default', configMap(`a-${names.length}`));
    } while (token !== undefined);
    expect(names).toEqual(Array.from({ length: 25 }, (_, i) => `c-${String(i).padStart(3, '0')}`));
    expect(revisions.size).toBe(1);
  });

  it('leaves out the remaining count under a selector', async () => {
    const { registry } = await registryWithMaps(5);
    const labels = [{ key: 'none', operator: 'DoesNotExist', values: [] }] as const;
    const page = await registry.list('configmaps', { limit: 2, labels });
    expect(page.items).toHaveLength(2);
    expect(page).toHaveProperty('continue');
    expect(page).not.toHaveProperty('remaining');
  });

  it('answers 410 for a token whose revision was compacted', async () => {
    const { registry, store } = await registryWithMaps(5);
    const { continue: token = '' } = await registry.list('configmaps', { limit: 2 });
    await registry.create('configmaps', 'default', configMap('z'));
    store.compact(store.revision);
    const expired = await registry.list('configmaps', { limit: 2, continue: token }).catch((error: unknown) => error);
    expect(expired).toMatchObject({
      code: 410,
      reason: 'Expired',
      message:
        'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
        'list. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
        'modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    });
    const { metadata } = (expired as StatusError).toStatus();
    const rest = await registry.list('configmaps', { limit: 2, continue: metadata.continue ?? '' });
    expect(rest).toMatchObject({ revision: store.revision, items: [{}, {}] });
    const last = await registry.list('configmaps', { limit: 9, continue: rest.continue ?? '' });
    expect(last.revision).toBe(rest.revision);
    expect(last.items.map(({ name }) => name)).toContain('z');
  });

  it('selects by field, and refuses fields that the kind does not have', async () => {
    const { registry } = await registryFixture();
    await registry.createAll('pods', [pod('a'), pod('b')]);
    await registry.bind('default', 'a', { target: { name: 'n1' } });
    const names = async (path: string, operator: '=' | '!=', value: string) =>
      (await registry.list('pods', { fields: [{ path, operator, value }] })).items.map(({ name }) => name);
    expect(await names('spec.nodeName', '=', 'n1')).toEqual(['a']);
    expect(await names('spec.nodeName', '=', '')).toEqual(['b']);
    expect(await names('metadata.name', '=', 'b')).toEqual(['b']);
    expect(await names('metadata.name', '!=', 'b')).toEqual(['a']);
    expect(await names('metadata.namespace', '=', 'other')).toEqual([]);
    expect(await failure(names('spec.hostname', '=', 'x'))).toEqual({
      code: 400,
      reason: 'BadRequest',
      message: 'field label not supported: spec.hostname',
    });
    expect(await names('spec.host', '=', 'n1')).toEqual(['a']);
    expect(await names('status.podIPs', '=', '10.0.0.1')).toEqual([]);
    expect(await names('status.podIPs', '!=', '10.0.0.1')).toEqual(['a', 'b']);
  });

  it.each([
    ['configmaps', 'x', '"x" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['jobs.batch', 'x', 'field label "x" not supported for batchv1.Job'],
    ['secrets', 'x', 'field label not supported: x'],
    ['nodes', 'metadata.namespace', 'field label not supported: metadata.namespace'],
  ])('says of %s in their words that %s may not be selected', async (id, path, message) => {
    const { registry } = await registryFixture();
    const refused = await failure(registry.list(id, { fields: [{ path, operator: '=', value: '' }] }));
    expect(refused).toEqual({ code: 400, reason: 'BadRequest', message });
  });

  it.each<[string, ListOptions, number, RegExp]>([
    [
      'a match without a version',
      { resourceVersionMatch: 'Exact' },
      422,
      /resourceVersionMatch is forbidden unless resourceVersion is provided/,
    ],
    ['an unknown match', { resourceVersion: '1', resourceVersionMatch: 'Newest' }, 422, /Unsupported value: "Newest"/],
    [
      'exactly version 0',
      { resourceVersion: '0', resourceVersionMatch: 'Exact' },
      422,
      /"exact" is forbidden for resourceVersion "0"/,
    ],
    [
      'a match with a token',
      { resourceVersion: '1', resourceVersionMatch: 'Exact', continue: 'x' },
      422,
      /forbidden when continue is provided/,
    ],
    [
      'a version with a token',
      { resourceVersion: '1', continue: 'x' },
      400,
      /^specifying resource version is not allowed when using continue$/,
    ],
    ['a version that is no number', { resourceVersion: 'abc' }, 400, /Invalid value: "abc"/],
    ['a negative version', { resourceVersion: '-1' }, 400, /Invalid value: "-1"/],
    ['initial events', { sendInitialEvents: false }, 422, /sendInitialEvents is forbidden for list$/],
    [
      'a version beyond all',
      { resourceVersion: '18446744073709551616' },
      400,
      /18446744073709551616": value out of range$/,
    ],
    [
      'an exact version beyond all',
      { resourceVersion: '99999999999999999999', resourceVersionMatch: 'Exact' },
      400,
      /value out of range$/,
    ],
    [
      'an exact version that no database has',
      { resourceVersion: '18446744073709551615', resourceVersionMatch: 'Exact' },
      504,
      /^Timeout: Too large resource version: \d+, current: 5$/,
    ],
    ['an old exact version', { resourceVersion: '1', resourceVersionMatch: 'Exact' }, 410, /too old/],
    [
      'a token of another make',
      { continue: 'bm9uc2Vuc2U' },
      400,
      /^invalid continue token: continue key is not valid: /,
    ],
  ])('refuses %s', async (_, options, code, message) => {
    const { registry } = await registryWithMaps(3);
    const got = await failure(registry.list('configmaps', options));
    expect(got.code).toBe(code);
    expect(got.message).toMatch(message);
  });

  it('answers 504 for a version from the future', async () => {
    const { registry } = await registryWithMaps();
    await expect(registry.list('configmaps', { resourceVersion: '999' })).rejects.toMatchObject({
      code: 504,
      message: 'Timeout: Too large resource version: 999, current: 2',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    });
  });

  it.each(['0', '1', ''])('takes version %j as "not older than"', async (resourceVersion) => {
    const { registry } = await registryWithMaps(3);
    expect((await registry.list('configmaps', { resourceVersion })).items).toHaveLength(3);
  });
});

describe('a get', () => {
  it.each(['', '0', '1', '2'])('takes version %j as "not older than"', async (resourceVersion) => {
    const { registry } = await registryWithMaps(1);
    const [item] = (await registry.list('configmaps', {})).items;
    expect(await registry.get('configmaps', 'default', item?.name ?? '', { resourceVersion })).toEqual(item);
  });

  it('answers 504 for a version from the future, 400 for none', async () => {
    const { registry, store } = await registryWithMaps(1);
    const get = (resourceVersion: string) => registry.get('configmaps', 'default', 'none', { resourceVersion });
    await expect(get('999')).rejects.toMatchObject({
      code: 504,
      message: `Timeout: Too large resource version: 999, current: ${store.revision}`,
    });
    await expect(get('18446744073709551615')).rejects.toMatchObject({ code: 504 });
    await expect(get('99999999999999999999')).rejects.toMatchObject({ code: 400 });
    await expect(get('abc')).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/"abc"/) });
    await expect(get('1')).rejects.toMatchObject({ code: 404 });
  });
});
