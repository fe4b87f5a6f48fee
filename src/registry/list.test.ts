import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configMap, failure, pod, registryFixture } from '../../test/support/registry-fixture.ts';
import type { StatusError } from '../errors.ts';
import { decodeContinue, encodeContinue, type Listing } from './continue-token.ts';
import type { ListOptions } from './registry.ts';

async function setUp(count = 0) {
  const fixture = await registryFixture();
  await fixture.registry.createAll(
    'configmaps',
    Array.from({ length: count }, (_, i) => configMap(`c-${String(i).padStart(3, '0')}`)),
  );
  return fixture;
}

describe('list', () => {
  it("comes in pages that hold everything once, all with the first page's revision", async () => {
    const { registry } = await setUp(25);
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
    const { registry } = await setUp(5);
    const labels = [{ key: 'none', operator: 'DoesNotExist', values: [] }] as const;
    const page = await registry.list('configmaps', { limit: 2, labels });
    expect(page.items).toHaveLength(2);
    expect(page).toHaveProperty('continue');
    expect(page).not.toHaveProperty('remaining');
  });

  it('answers 410 for a token whose revision was compacted', async () => {
    const { registry, store } = await setUp(5);
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
    const { registry } = await setUp(3);
    const got = await failure(registry.list('configmaps', options));
    expect(got.code).toBe(code);
    expect(got.message).toMatch(message);
  });

  it('answers 504 for a version from the future', async () => {
    const { registry } = await setUp();
    await expect(registry.list('configmaps', { resourceVersion: '999' })).rejects.toMatchObject({
      code: 504,
      message: 'Timeout: Too large resource version: 999, current: 2',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    });
  });

  it.each(['0', '1', ''])('takes version %j as "not older than"', async (resourceVersion) => {
    const { registry } = await setUp(3);
    expect((await registry.list('configmaps', { resourceVersion })).items).toHaveLength(3);
  });
});

describe('a list of the past', () => {
  const EXACT = 'Exact';

  it('says in which ways a list cannot go on: with a token from the present', async () => {
    const { registry, store } = await setUp(5);
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
    const { registry, store } = await setUp(5);
    const options = { limit: 2, resourceVersion: String(store.revision), resourceVersionMatch: EXACT };
    const first = await registry.list('configmaps', options);
    const second = await registry.list('configmaps', { limit: 2, continue: first.continue ?? '' });
    const last = await registry.list('configmaps', { limit: 2, continue: second.continue ?? '' });
    expect([first.remaining, second.remaining, last.remaining]).toEqual([3, 1, undefined]);
    const labels = [{ key: 'none', operator: 'DoesNotExist', values: [] }] as const;
    expect(await registry.list('configmaps', { ...options, labels })).not.toHaveProperty('remaining');
  });

  it('has pages of a thousand at most, however large the limit is', async () => {
    const { registry, store } = await setUp(1_100);
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

describe('a get', () => {
  it.each(['', '0', '1', '2'])('takes version %j as "not older than"', async (resourceVersion) => {
    const { registry } = await setUp(1);
    const [item] = (await registry.list('configmaps', {})).items;
    expect(await registry.get('configmaps', 'default', item?.name ?? '', { resourceVersion })).toEqual(item);
  });

  it('answers 504 for a version from the future, 400 for none', async () => {
    const { registry, store } = await setUp(1);
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

describe('continue token', () => {
  const key = Buffer.alloc(32, 7);
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.:-]{0,60}[a-z0-9])?$/);
  const namespace = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/));
  const revision = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined });
  const token = fc.record({ revision, after: fc.record({ namespace, name }) });
  const label = fc.record({ key: name, operator: fc.constantFrom('In', 'NotIn'), values: fc.array(name) });
  const field = fc.record({ path: name, operator: fc.constantFrom('=', '!='), value: name });
  const listing = fc.record(
    { resource: name, namespace, name, labels: fc.array(label), fields: fc.array(field) },
    { requiredKeys: ['resource'] },
  ) as fc.Arbitrary<Listing>;
  const refused = { code: 400, message: expect.stringMatching(/^invalid continue token: continue key is not valid: /) };
  const refusal = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return error;
    }
  };

  it('comes back as it went out', () => {
    fc.assert(
      fc.property(token, listing, (given, of) => {
        expect(decodeContinue(key, encodeContinue(key, given, of), of)).toEqual(given);
      }),
    );
  });

  it('is good for the list that it was made for, with the key that it was made with', () => {
    fc.assert(
      fc.property(token, listing, listing, (given, of, other) => {
        fc.pre(JSON.stringify(of) !== JSON.stringify(other));
        const text = encodeContinue(key, given, of);
        expect(refusal(() => decodeContinue(Buffer.alloc(32, 8), text, of))).toMatchObject(refused);
        const foreign = { ...of, resource: `${of.resource}.other` };
        expect(refusal(() => decodeContinue(key, text, foreign))).toMatchObject(refused);
        expect(refusal(() => decodeContinue(key, text, { ...of, namespace: `${of.namespace}x` }))).toMatchObject(
          refused,
        );
        const labels = [...(of.labels ?? []), { key: 'a', operator: 'Exists' as const, values: [] }];
        expect(refusal(() => decodeContinue(key, text, { ...of, labels }))).toMatchObject(refused);
      }),
    );
  });

  it('is refused with any byte changed, cut or added', () => {
    fc.assert(
      fc.property(token, listing, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, of, at, change) => {
        const bytes = Buffer.from(encodeContinue(key, given, of), 'base64url');
        const position = at % bytes.length;
        const changed = Buffer.from(bytes);
        changed[position] = (changed[position] ?? 0) ^ change;
        const forged = [changed, bytes.subarray(0, position), Buffer.concat([bytes, Buffer.from([change])])];
        for (const one of forged) {
          expect(refusal(() => decodeContinue(key, one.toString('base64url'), of))).toMatchObject(refused);
        }
      }),
    );
  });

  it('never lets anything else through, nor fails otherwise than with 400', () => {
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    const unsigned = token.map((given) =>
      Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...given })).toString('base64'),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, unsigned), listing, (text, of) => {
        expect(refusal(() => decodeContinue(key, text, of))).toMatchObject(refused);
      }),
      { numRuns: 500 },
    );
    const long = 'A'.repeat(1_000_000);
    expect(refusal(() => decodeContinue(key, long, { resource: 'pods' }))).toMatchObject(refused);
  });

  it('shows what stays unchanged exactly once, whatever happens to the rest between the pages', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.array(fc.stringMatching(/^[a-z]{1,3}$/)),
        fc.integer({ min: 1, max: 5 }),
        async (all, changed, limit) => {
          const { registry } = await registryFixture();
          await registry.createAll(
            'configmaps',
            all.map((each) => configMap(each)),
          );
          const seen: string[] = [];
          const versions = new Set<number>();
          let next: string | undefined;
          const churn = [...changed];
          do {
            const page = await registry.list('configmaps', {
              limit,
              ...(next === undefined ? {} : { continue: next }),
            });
            seen.push(...page.items.map((item) => item.name));
            versions.add(page.revision);
            next = page.continue;
            const victim = churn.pop();
            if (victim !== undefined) {
              const exists = (await registry.find('configmaps', 'default', victim)) !== undefined;
              await (exists
                ? registry.delete('configmaps', 'default', victim)
                : registry.create('configmaps', 'default', configMap(victim)));
            }
          } while (next !== undefined);
          expect(versions.size).toBe(1);
          const unchanged = all.filter((each) => !changed.includes(each));
          expect(seen.filter((each) => unchanged.includes(each)).sort()).toEqual([...unchanged].sort());
        },
      ),
      { numRuns: 50 },
    );
  });
});
