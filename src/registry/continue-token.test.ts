import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configMap, registryFixture } from '../../test/support/registry-fixture.ts';
import { decodeContinue, encodeContinue, type Listing } from './continue-token.ts';

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
