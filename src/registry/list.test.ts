import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configMap, failure, pod, registryFixture } from '../../test/support/registry-fixture.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
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
    expect(await failure(registry.list('configmaps', { limit: 2, continue: token }))).toEqual({
      code: 410,
      reason: 'Expired',
      message:
        'The provided continue parameter is too old to display a consistent list result. ' +
        'You must start a new list without the continue parameter.',
    });
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
    ['an old exact version', { resourceVersion: '1', resourceVersionMatch: 'Exact' }, 410, /too old/],
    ['a token of another make', { continue: 'bm9uc2Vuc2U' }, 400, /^continue key is not valid: /],
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

describe('continue token', () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?$/);
  const namespace = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/));
  const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

  it('comes back as it went out', () => {
    fc.assert(
      fc.property(namespace, name, revision, (ns, key, rv) => {
        const token = { revision: rv, after: { namespace: ns, name: key } };
        expect(decodeContinue(encodeContinue(token), undefined)).toEqual(token);
        expect(decodeContinue(encodeContinue(token), ns)).toEqual(token);
      }),
    );
  });

  it('is refused in another namespace', () => {
    const token = encodeContinue({ revision: 1, after: { namespace: 'a', name: 'x' } });
    expect(() => decodeContinue(token, 'b')).toThrow(/^continue key is not valid: /);
  });

  it('never lets anything else through, nor fails otherwise than with 400', () => {
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    const near = fc
      .record({ v: fc.constantFrom('meta.k8s.io/v1', 'v2', 1), rv: fc.anything(), start: fc.anything() })
      .map((token) => {
        try {
          return Buffer.from(JSON.stringify(token)).toString('base64url');
        } catch {
          return 'e30';
        }
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, near), (text) => {
        try {
          const { revision: rv, after } = decodeContinue(text, undefined);
          expect(Number.isSafeInteger(rv) && rv > 0 && after.name !== '').toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 400, message: expect.stringMatching(/^continue key is not valid: /) });
        }
      }),
      { numRuns: 500 },
    );
  });
});
