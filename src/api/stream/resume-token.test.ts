import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Wanted } from './messages.ts';
import { exactly, identify, type TokenCodec, tokenCodec } from './resume-token.ts';

const KEY = Buffer.from('a key of the tests');
const codecOf = (wanted: Wanted): TokenCodec => tokenCodec(KEY, wanted);

const selected: fc.Arbitrary<Wanted> = fc.record(
  {
    apiVersion: fc.constantFrom('v1', 'apps/v1'),
    kind: fc.constantFrom('Pod', 'Node'),
    namespace: fc.constantFrom('default', 'other'),
    labelSelector: fc.constantFrom('a=b', 'a'),
    fieldSelector: fc.constantFrom('metadata.name=x', 'spec.nodeName=x'),
    fields: fc.constantFrom(['status'], ['status', 'spec']),
    deltas: fc.constant('status' as const),
    aggregate: fc.constantFrom({}, { groupBy: ['status.phase'] }),
    coalesce: fc.boolean(),
  },
  { requiredKeys: ['apiVersion', 'kind'] },
);

describe('the resume token', () => {
  it('tells its position to the same subscription and is refused by every other', () => {
    fc.assert(
      fc.property(selected, selected, fc.nat(2 ** 31), fc.nat(1_000), (one, other, revision, more) => {
        const position = { revision, horizon: revision + more };
        const token = codecOf(one).encode(position);
        expect(codecOf(one).decode(token)).toEqual(position);
        if (identify(other) !== identify(one)) {
          expect(() => codecOf(other).decode(token)).toThrow(/another kind, namespace, selector or projection/);
        }
      }),
    );
  });

  it('refuses every other text as 400', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(() => codecOf({ apiVersion: 'v1', kind: 'Pod' }).decode(text)).toThrow(
          expect.objectContaining({ reason: 'BadRequest' }),
        );
      }),
    );
  });

  it('is the same in whatever order the kinds are named, and whether a single one is a list', () => {
    const [pod, node] = [
      { apiVersion: 'v1', kind: 'Pod' },
      { apiVersion: 'v1', kind: 'Node' },
    ];
    const one = codecOf({ kinds: [pod, node] }).encode(exactly(7));
    expect(codecOf({ kinds: [node, pod] }).encode(exactly(7))).toBe(one);
    expect(codecOf({ kinds: [pod] }).encode(exactly(7))).toBe(codecOf(pod).encode(exactly(7)));
  });

  it('is refused when it was made up, changed, or made by another fleet', () => {
    const codec = codecOf({ apiVersion: 'v1', kind: 'Pod' });
    const others = tokenCodec(Buffer.from('the key of another fleet'), { apiVersion: 'v1', kind: 'Pod' });
    const mine = codec.encode({ revision: 70, horizon: 80 });
    for (const forged of [
      others.encode(exactly(7)),
      mine.replace('70-', '71-'),
      mine.replace('-80', ''),
      mine.replace('-80', '-90'),
    ]) {
      expect(forged).not.toBe(mine);
      expect(() => codec.decode(forged)).toThrow(
        expect.objectContaining({ reason: 'BadRequest', message: 'resume: the token was not made by this fleet' }),
      );
    }
    expect(codec.decode(mine)).toEqual({ revision: 70, horizon: 80 });
  });

  it('of a version that did not sign them has expired', () => {
    expect(() => codecOf({ apiVersion: 'v1', kind: 'Pod' }).decode('7.oWRBtnfU8pM27nNn')).toThrow(
      expect.objectContaining({ reason: 'Expired' }),
    );
  });
});
