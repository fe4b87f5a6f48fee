import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToken, encodeToken } from './resume-token.ts';

const selected = fc.record(
  {
    apiVersion: fc.constantFrom('v1', 'apps/v1'),
    kind: fc.constantFrom('Pod', 'Node'),
    namespace: fc.constantFrom('default', 'other'),
    labelSelector: fc.constantFrom('a=b', 'a'),
    fieldSelector: fc.constantFrom('metadata.name=x', 'spec.nodeName=x'),
  },
  { requiredKeys: ['apiVersion', 'kind'] },
);

describe('the resume token', () => {
  it('tells its revision to the same selection and is refused by every other', () => {
    fc.assert(
      fc.property(selected, selected, fc.nat(2 ** 31), (one, other, revision) => {
        const token = encodeToken(one, revision);
        expect(decodeToken(one, token)).toBe(revision);
        if (encodeToken(other, 0) !== encodeToken(one, 0)) {
          expect(() => decodeToken(other, token)).toThrow(/another kind, namespace or selector/);
        }
      }),
    );
  });

  it('refuses every other text as 400', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(() => decodeToken({ apiVersion: 'v1', kind: 'Pod' }, text)).toThrow(
          expect.objectContaining({ reason: 'BadRequest' }),
        );
      }),
    );
  });
});
