import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFieldPath, valueAt } from './field-path.ts';
import { projectionOf } from './projection.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', uid: 'u', resourceVersion: '7', labels: { 'app.kubernetes.io/name': 'x', tier: 'web' } },
  spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }, 'odd', [['nested']]] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
};
const show = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const refused = expect.objectContaining({ reason: 'BadRequest' });

describe('wanted fields', () => {
  it('come beside the identity, through lists and with dots in keys', () => {
    const fields = ['status.phase', 'metadata.labels.app\\.kubernetes\\.io/name', 'spec.containers.name', 'no.such'];
    expect(show(projectionOf(fields)(object))).toEqual({
      ...{ apiVersion: 'v1', kind: 'Pod', status: { phase: 'Running' } },
      metadata: { name: 'a', uid: 'u', resourceVersion: '7', labels: { 'app.kubernetes.io/name': 'x' } },
      spec: { containers: [{ name: 'c' }] },
    });
  });

  it.each([[['status', 'status.phase']], [['status.phase', 'status']]])(
    'are the whole where a part is wanted too: %j',
    (fields) => {
      expect(show(projectionOf(fields)(object))).toMatchObject({ status: object.status });
    },
  );

  it('may have any name', () => {
    const odd = JSON.parse('{"metadata":{},"__proto__":{"constructor":1}}') as object;
    expect(JSON.stringify(projectionOf(['__proto__.constructor', 'toString'])(odd))).toBe(
      '{"metadata":{},"__proto__":{"constructor":1}}',
    );
  });

  it('cannot pick one element of a list', () => {
    expect(() => projectionOf(['status.conditions[?(@.type=="Ready")].status'])).toThrow(refused);
  });
});

describe('a path to a field', () => {
  it.each([
    ['status.phase', 'Running'],
    ['metadata.labels.app\\.kubernetes\\.io/name', 'x'],
    ['status.conditions[?(@.type=="Ready")].status', 'True'],
    ["status.conditions[?(@.type=='Ready')].status", 'True'],
    ['status.conditions[?(@.type=="Gone")].status', undefined],
    ['status.conditions.status', undefined],
    ['spec.toString', undefined],
    ['spec.nodeName.length', undefined],
  ])('%s', (path, value) => {
    expect(valueAt(object, parseFieldPath(path))).toBe(value);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[0]', 'a[?(@.b>1)]', 'a\\', 'a]'])('is not %j', (text) => {
    expect(() => parseFieldPath(text)).toThrow(refused);
  });

  it('is read back whatever the keys hold, and any other text is 400', () => {
    const key = fc.string({ minLength: 1, unit: 'grapheme' });
    const escaped = (text: string): string => text.replace(/[.\\[\]]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), (keys) => {
        expect(parseFieldPath(keys.map(escaped).join('.')).map((step) => step.key)).toEqual(keys);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '\\', '[', ']', '?(@.b==', '"') }), (text) => {
        try {
          expect(parseFieldPath(text).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
    );
  });
});
