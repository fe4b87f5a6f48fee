import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Case = readonly [body: object, refusals: readonly string[]];

describe('EndpointSlice', () => {
  const { completed, refusals, updateRefusals, row } = kindFixture('EndpointSlice');
  const hints = {
    forZones: ['a', 'a', 'b c'].map((name) => ({ name })),
    forNodes: [...'123456789'].map((name) => ({ name })),
  };
  const slice = (addresses: string[], given: object = {}) => ({
    addressType: 'IPv4',
    endpoints: [{ addresses }],
    ...given,
  });

  it.each<Case>([
    [slice(['10.0.0.1']), []],
    [{ endpoints: [] }, ['addressType: Required value']],
    [
      { addressType: 'X', endpoints: [] },
      ['addressType: Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [slice([]), ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [slice(['fd00::1']), ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address']],
    [
      slice(['0.0.0.0']),
      ['endpoints[0].addresses[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)'],
    ],
    [slice(['10.0.0.1'], { ports: [{ port: 1 }, { port: 2 }] }), ['ports[1].name: Duplicate value: ""']],
    [
      slice(Array.from({ length: 101 }, () => '10.0.0.1')),
      ['endpoints[0].addresses: Too many: 101: must have at most 100 items'],
    ],
    [
      { addressType: 'IPv4', endpoints: Array.from({ length: 1_001 }, () => ({})), ports: [{ port: 0 }] },
      [
        'endpoints: Too many: 1001: must have at most 1000 items',
        'ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      slice(['10.0.0.1'], { ports: Array.from({ length: 20_001 }, () => ({ port: 0 })) }),
      ['ports: Too many: 20001: must have at most 20000 items'],
    ],
    [
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], nodeName: 'B', hostname: 'A', hints }] },
      [
        expect.stringContaining('endpoints[0].nodeName: Invalid value: "B"'),
        expect.stringContaining('endpoints[0].hostname: Invalid value: "A"'),
        'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
        expect.stringContaining('endpoints[0].hints.forZones[2].name: Invalid value: "b c"'),
        'endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items',
      ],
    ],
  ])('%j', (body, expected) => expect(refusals(body)).toEqual(expected));

  it('spares endpoints that an update leaves alone, not ports', () => {
    const stored = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], nodeName: 'B' }] };
    expect(updateRefusals({ metadata: { labels: { a: 'b' } }, ...stored }, stored)).toEqual([]);
    expect(updateRefusals(slice(['10.0.0.1'], { endpoints: [{ addresses: [], nodeName: 'B' }] }), stored)).toHaveLength(
      2,
    );
    const misported = { ...stored, ports: [{ port: 0 }] };
    expect(updateRefusals(misported, misported)).toHaveLength(1);
  });

  it('keeps its type of addresses; has defaults and a row', () => {
    expect(updateRefusals(slice(['10.0.0.1']), { addressType: 'FQDN', endpoints: [] })).toEqual([
      'addressType: Invalid value: "IPv4": field is immutable',
    ]);
    const body = slice(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'], { ports: [{ port: 80 }, { name: 'x' }] });
    expect(completed(body)).toMatchObject({ ports: [{ name: '', protocol: 'TCP' }, { name: 'x' }] });
    expect(row(body)).toMatchObject({ Ports: '80,*', Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...' });
    expect(row(slice([]))).toMatchObject({ Ports: '<unset>', Endpoints: '<unset>' });
  });
});
