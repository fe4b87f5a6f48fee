import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Wanted } from './messages.ts';
import { exactly, identify, tokenCodec } from './resume-token.ts';

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
        const token = tokenCodec(one).encode(position);
        expect(tokenCodec(one).decode(token)).toEqual(position);
        if (identify(other) !== identify(one)) {
          expect(() => tokenCodec(other).decode(token)).toThrow(/another kind, namespace, selector or projection/);
        }
      }),
    );
  });

  it('refuses every other text as 400', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(() => tokenCodec({ apiVersion: 'v1', kind: 'Pod' }).decode(text)).toThrow(
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
    const one = tokenCodec({ kinds: [pod, node] }).encode(exactly(7));
    expect(tokenCodec({ kinds: [node, pod] }).encode(exactly(7))).toBe(one);
    expect(tokenCodec({ kinds: [pod] }).encode(exactly(7))).toBe(tokenCodec(pod).encode(exactly(7)));
  });

  it('of the first version of the protocol is good still', () => {
    expect(tokenCodec({ apiVersion: 'v1', kind: 'Pod' }).encode(exactly(7))).toBe('7.oWRBtnfU8pM27nNn');
  });
});
