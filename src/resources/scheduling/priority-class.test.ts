import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, createRefusals, updateRefusals, definition } = kindFixture('PriorityClass');

type Loose = Record<string, unknown>;
const ofClass = (name: string, more: Loose = {}): object => ({ metadata: { name }, value: 10, ...more });
const RESERVED = `metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: `;

describe('PriorityClass', () => {
  it.each<[object, string[]]>([
    [ofClass('high', { value: 1_000_000_000, preemptionPolicy: 'Never' }), []],
    [
      ofClass('high', { value: 1_000_000_001 }),
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      ofClass('high', { preemptionPolicy: 'Odd' }),
      ['preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"'],
    ],
    [ofClass('system-mine'), [`${RESERVED}system-mine is not a known system priority class`]],
    [ofClass('system-node-critical'), [`${RESERVED}value of system-node-critical PriorityClass must be 2000001000`]],
    [
      ofClass('system-cluster-critical', { value: 2_000_000_000, globalDefault: true }),
      [`${RESERVED}globalDefault of system-cluster-critical PriorityClass must be false`],
    ],
    [ofClass('system-cluster-critical', { value: 2_000_000_000 }), []],
  ])('%j', (body, expected) => {
    expect(createRefusals(body)).toEqual(expected);
  });

  it('keeps its value and its policy', () => {
    expect(updateRefusals(ofClass('high', { value: 11, preemptionPolicy: 'Never' }), ofClass('high'))).toEqual([
      'value: Forbidden: may not be changed in an update.',
      'preemptionPolicy: Invalid value: "Never": field is immutable',
    ]);
    expect(updateRefusals(ofClass('high', { globalDefault: true }), ofClass('high'))).toEqual([]);
  });

  it('is found by being the default', () => {
    expect(definition.fields(completed(ofClass('high', { globalDefault: true })))).toEqual({
      '.globalDefault': 'true',
    });
    expect(definition.fields(completed(ofClass('high')))).toEqual({ '.globalDefault': 'false' });
  });
});
