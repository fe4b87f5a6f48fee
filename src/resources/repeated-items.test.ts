import { describe, expect, it } from 'vitest';
import { invalid } from '../errors.ts';
import { endpointSlice } from './discovery/endpoint-slice.ts';
import { podWarnings } from './pod/warnings.ts';
import { byName, repeatsOf } from './repeated-items.ts';
import { checkTopologies } from './storage-api/allowed-topologies.ts';

const list = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe('items that a list has twice', () => {
  it('are found, the first of them apart', () => {
    const isRepeated = repeatsOf(['a', 'b', 'a', 'a']);
    expect([0, 1, 2, 3].map(isRepeated)).toEqual([false, false, true, true]);
  });

  it('are named by the first', () => {
    expect([...byName([{ name: 'a', n: 1 }, { name: 'a', n: 2 }, { n: 3 }])]).toEqual([
      ['a', { name: 'a', n: 1 }],
      ['', { n: 3 }],
    ]);
  });

  // What looks through the whole list for each item takes a minute and more of these.
  it.each<[string, () => unknown]>([
    [
      'ports',
      () => podWarnings('', { spec: { containers: [{ ports: list(200_000, (i) => ({ containerPort: i })) }] } }),
    ],
    ['pull secrets', () => podWarnings('', { spec: { imagePullSecrets: list(200_000, (i) => ({ name: `s${i}` })) } })],
    [
      'topologies',
      () =>
        checkTopologies(
          't',
          list(50_000, (i) => ({ matchLabelExpressions: [{ key: `k${i}`, values: ['v'] }] })),
        ),
    ],
    [
      'ports of a slice',
      () =>
        endpointSlice.validate?.({
          ...{
            apiVersion: 'discovery.k8s.io/v1',
            kind: 'EndpointSlice',
            metadata: {},
            addressType: 'IPv4',
            endpoints: [],
          },
          ...{ ports: list(200_000, (i) => ({ name: `p${i}`, protocol: 'TCP', port: 1 })) },
        }),
    ],
  ])('cost no more than looking once: %s', (_name, look) => {
    const before = process.cpuUsage();
    look();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(3_000);
  });
});

describe('causes that read the same', () => {
  it('are told once in the message, and each among the causes', () => {
    const cause = { reason: 'FieldValueInvalid', field: 'spec.scopes', message: 'Invalid value: "a": unsupported' };
    const { message, details } = invalid({ group: '', kind: 'ResourceQuota' }, 'q', [cause, cause]);
    expect(message).toBe('ResourceQuota "q" is invalid: spec.scopes: Invalid value: "a": unsupported');
    expect(details?.causes).toEqual([cause, cause]);
  });
});
