import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { refusals, row } = kindFixture('Lease');

describe('Lease', () => {
  it('refuses durations and counts that cannot be', () => {
    expect(refusals({ spec: { leaseDurationSeconds: 40, leaseTransitions: 0 } })).toEqual([]);
    expect(refusals({ spec: { leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: 'a' } })).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
    ]);
  });

  it('shows who holds it', () => {
    expect(row({ metadata: { name: 'n1' }, spec: { holderIdentity: 'n1' } })).toMatchObject({
      Name: 'n1',
      Holder: 'n1',
    });
  });
});
