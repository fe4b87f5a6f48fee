import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renewTimeOf, withRenewTime } from './lease-overlay.ts';

const NOW = '2026-01-02T03:04:05.000006Z';
const text = fc.oneof(fc.string(), fc.constantFrom('renewTime', 'spec', '"spec":{"renewTime":"x"', '\\"', 'a\\'));
const metadata = fc.record({
  name: text,
  labels: fc.dictionary(text, text),
  annotations: fc.dictionary(text, text),
});
const spec = fc.record(
  { holderIdentity: text, renewTime: fc.constantFrom('2020-01-01T00:00:00.000000Z', null), strategy: text },
  { requiredKeys: [] },
);

it('sets renewTime as a parse would, and nothing else', () => {
  fc.assert(
    fc.property(fc.record({ metadata, spec }, { requiredKeys: ['metadata'] }), (lease) => {
      const body = JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease });
      const renewed = withRenewTime(body, NOW);
      const { renewTime: _, ...rest } = lease.spec ?? {};
      expect(JSON.parse(renewed)).toEqual({
        ...JSON.parse(body),
        spec: { ...JSON.parse(JSON.stringify(rest)), renewTime: NOW },
      });
      expect(renewTimeOf(renewed)).toBe(NOW);
    }),
  );
});

it('reads no renewTime as the empty text', () => {
  expect(['{}', '{"spec":null}', '{"spec":{"renewTime":3}}'].map(renewTimeOf)).toEqual(['', '', '']);
});
