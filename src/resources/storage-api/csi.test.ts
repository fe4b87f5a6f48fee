import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Loose = Record<string, unknown>;

describe('CSIDriver', () => {
  const { completed, refusals, updateRefusals } = kindFixture('CSIDriver');
  const driver = (spec: Loose = {}): object => ({ metadata: { name: 'a.example' }, spec });

  it('has the defaults of Kubernetes', () => {
    expect(completed(driver({ volumeLifecycleModes: [] })).spec).toEqual({
      ...{ attachRequired: true, podInfoOnMount: false, storageCapacity: false, requiresRepublish: false },
      ...{ seLinuxMount: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'] },
    });
  });

  it.each<[Loose, string[]]>([
    [{ tokenRequests: [{ audience: '' }, { audience: 'a', expirationSeconds: 600 }] }, []],
    [
      { fsGroupPolicy: 'Odd' },
      ['spec.fsGroupPolicy: Unsupported value: "Odd": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
    ],
    [
      { volumeLifecycleModes: ['Odd'] },
      ['spec.volumeLifecycleModes: Unsupported value: "Odd": supported values: "Persistent", "Ephemeral"'],
    ],
    [
      {
        tokenRequests: [
          { audience: 'a', expirationSeconds: 599 },
          { audience: 'a' },
          { audience: 'b', expirationSeconds: 2 ** 32 + 1 },
        ],
      },
      [
        'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
        'spec.tokenRequests[2].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
      ],
    ],
    [
      { nodeAllocatableUpdatePeriodSeconds: 9 },
      ['spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds'],
    ],
  ])('%j', (spec, expected) => {
    expect(refusals(driver(spec))).toEqual(expected);
  });

  it('attaches, and lives, as it did', () => {
    const changed = driver({ attachRequired: false, volumeLifecycleModes: ['Ephemeral'], requiresRepublish: true });
    expect(updateRefusals(changed, driver())).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ]);
  });
});

describe('CSINode', () => {
  const { refusals, updateRefusals } = kindFixture('CSINode');
  const node = (...drivers: Loose[]): object => ({ metadata: { name: 'n1' }, spec: { drivers } });
  const driver = { name: 'a.example', nodeID: 'n1', topologyKeys: ['zone'] };

  it.each<[object, unknown[]]>([
    [node(driver, { ...driver, name: 'b.example' }), []],
    [
      node({ name: '', nodeID: '' }),
      [
        'spec.drivers[0].name: Required value',
        expect.stringContaining('spec.drivers[0].name: Invalid value: ""'),
        'spec.drivers[0].nodeID: Required value',
      ],
    ],
    [node(driver, driver), ['spec.drivers[1].name: Duplicate value: "a.example"']],
    [
      node({ ...driver, nodeID: 'x'.repeat(193) }),
      [`spec.drivers[0].nodeID: Invalid value: "${'x'.repeat(193)}": must be 192 characters or less`],
    ],
    [
      node({ ...driver, topologyKeys: ['zone', 'zone'], allocatable: { count: -1 } }),
      [
        'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
        'spec.drivers[0]: Duplicate value: "zone"',
      ],
    ],
  ])('%j', (body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('gets and loses drivers, and changes none', () => {
    expect(updateRefusals(node({ ...driver, name: 'b.example' }), node(driver))).toEqual([]);
    expect(updateRefusals(node({ ...driver, nodeID: 'n2' }), node(driver))).toEqual([
      expect.stringMatching(/^spec\.drivers: Invalid value: \{.*"nodeID":"n2".*}: field is immutable$/),
    ]);
  });
});

describe('VolumeAttachment', () => {
  const { createRefusals, updateRefusals, statusRefusals } = kindFixture('VolumeAttachment');
  const attachment = (source: Loose = { persistentVolumeName: 'pv' }, spec: Loose = {}, status?: Loose): object => ({
    metadata: { name: 'a' },
    spec: { attacher: 'a.example', nodeName: 'n1', source, ...spec },
    ...(status === undefined ? {} : { status }),
  });
  const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  const csi = { driver: 'a.example', volumeHandle: 'h' };

  it.each<[object, unknown[]]>([
    [attachment(), []],
    [attachment({ inlineVolumeSpec: { csi, accessModes: ['ReadWriteOnce'] } }), []],
    [attachment({}), [`spec.source: Required value: ${ONE}`]],
    [
      attachment({ persistentVolumeName: 'pv', inlineVolumeSpec: { csi, accessModes: ['ReadWriteOnce'] } }),
      [`spec.source: Forbidden: ${ONE}`],
    ],
    [
      attachment({ inlineVolumeSpec: { claimRef: { name: 'c' }, capacity: { storage: '1' } } }),
      [
        'spec.source.inlineVolumeSpec.claimRef: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.accessModes: Required value',
      ],
    ],
    [
      attachment({ persistentVolumeName: 'P' }, { attacher: 'x'.repeat(64), nodeName: '' }),
      [
        expect.stringContaining('spec.nodeName: Invalid value: ""'),
        'spec.attacher: Too long: may not be more than 63 bytes',
        expect.stringContaining('spec.source.persistentVolumeName: Invalid value: "P"'),
      ],
    ],
  ])('%j', (body, expected) => {
    expect(createRefusals(body)).toEqual(expected);
  });

  it('is fixed, and its errors are short', () => {
    expect(updateRefusals(attachment({ persistentVolumeName: 'other' }), attachment())).toEqual([
      expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/),
    ]);
    const failed = { attached: false, attachError: { message: 'x'.repeat(1_025), errorCode: -1 } };
    expect(statusRefusals(attachment(undefined, {}, failed), attachment())).toEqual([
      'status.attachError.message: Too long: may not be more than 262144 bytes',
      'status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ]);
  });
});

describe('CSIStorageCapacity', () => {
  const { refusals, updateRefusals } = kindFixture('CSIStorageCapacity');
  const capacity = (more: Loose): object => ({ metadata: { name: 'c' }, storageClassName: 'fast', ...more });

  it('is of a class, and not less than nothing', () => {
    expect(refusals(capacity({ capacity: '1Gi' }))).toEqual([]);
    expect(refusals(capacity({ capacity: '-1' }))).toEqual([
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(refusals(capacity({ storageClassName: '' }))).toEqual([
      expect.stringContaining('storageClassName: Invalid value: "": a lowercase RFC 1123 subdomain'),
    ]);
  });

  it('stays where it is', () => {
    const moved = capacity({ storageClassName: 'slow', nodeTopology: { matchLabels: { zone: 'a' } } });
    expect(updateRefusals(moved, capacity({}))).toEqual([
      'nodeTopology: Invalid value: {"matchLabels":{"zone":"a"}}: field is immutable',
      'storageClassName: Invalid value: "slow": field is immutable',
    ]);
  });
});
