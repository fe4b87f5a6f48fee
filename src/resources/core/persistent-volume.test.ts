import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Case = readonly [body: object, refusals: readonly string[]];

describe('PersistentVolume', () => {
  const { created, completed, refusals, updateRefusals, row } = kindFixture('PersistentVolume');
  const given = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } };
  const volume = (spec: object) => ({ spec: { ...given, ...spec } });

  it.each<Case>([
    [volume({}), []],
    [
      { spec: {} },
      [
        'spec.accessModes: Required value',
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec: Required value: must specify a volume type',
      ],
    ],
    [volume({ capacity: { storage: '0' } }), ['spec.capacity[storage]: Invalid value: "0": must be greater than zero']],
    [
      volume({ accessModes: ['X'] }),
      [
        'spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      volume({ accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] }),
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
    [
      volume({ emptyDir: undefined, nfs: { server: 's', path: '/' } }),
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [volume({ hostPath: { path: '' } }), ['spec.hostPath.path: Required value']],
    [
      volume({ hostPath: undefined, local: { path: '/x' } }),
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      volume({ hostPath: { path: '../a', type: 'X' }, storageClassName: 'A', nodeAffinity: {} }),
      [
        'spec.nodeAffinity.required: Required value: must specify required node constraints',
        'spec.hostPath.path: Invalid value: "../a": must not contain \'..\'',
        expect.stringContaining('spec.hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice"'),
        expect.stringContaining('spec.storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain'),
      ],
    ],
    [
      volume({ hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' }),
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      volume({ hostPath: { path: '//./' }, persistentVolumeReclaimPolicy: 'Recycle' }),
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [volume({ hostPath: { path: '.' }, persistentVolumeReclaimPolicy: 'Recycle' }), []],
    [volume({ hostPath: { path: '/a' }, persistentVolumeReclaimPolicy: 'Recycle' }), []],
    [
      volume({ hostPath: undefined, nfs: { path: 'a' } }),
      ['spec.nfs.server: Required value', 'spec.nfs.path: Invalid value: "a": must be an absolute path'],
    ],
    [
      volume({ hostPath: undefined, csi: { driver: 'a b', nodePublishSecretRef: { name: 's' } } }),
      [
        expect.stringContaining('spec.csi.driver: Invalid value: "a b"'),
        'spec.csi.volumeHandle: Required value',
        'spec.csi.nodePublishSecretRef.namespace: Required value',
      ],
    ],
    [volume({ hostPath: undefined, iscsi: { iqn: 'i' } }), ['spec.iscsi.targetPortal: Required value']],
    [
      volume({ volumeAttributesClassName: '' }),
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [volume({ volumeMode: 'X' }), ['spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"']],
  ])('%j', (body, expected) => expect(refusals(JSON.parse(JSON.stringify(body)))).toEqual(expected));

  const [zone, region] = ['failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region'];
  const [newZone, newRegion] = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];
  const places = (...keys: string[]) =>
    volume({
      nodeAffinity: {
        required: {
          nodeSelectorTerms: keys.map((key) => ({ matchExpressions: [{ key, operator: 'In', values: ['a'] }] })),
        },
      },
    });

  it.each<[string, object, object, boolean]>([
    ['stays', places(zone), places(zone), true],
    ['is given', places(newZone), volume({}), true],
    ['is taken', volume({}), places(newZone), false],
    ['has the new names', places(newZone, newRegion), places(zone, region), true],
    ['has one of the new names', places(newZone, region), places(zone, region), true],
    ['has the name of another label', places(newRegion), places(zone), false],
    ['has the old name again', places(zone), places(newZone), false],
    ['has a name of its own', places('a'), places('b'), false],
    ['has a term more', places(newZone, 'a'), places(zone), false],
    ['has the new name of a system', places('kubernetes.io/os'), places('beta.kubernetes.io/os'), true],
  ])('an affinity that %s', (_title, next, old, isTaken) =>
    expect(updateRefusals(next, old)).toEqual(
      isTaken
        ? []
        : [expect.stringMatching(/^nodeAffinity: .*field is immutable, except for updating from beta label to GA$/)],
    ),
  );

  it('takes the secret of its expansion where it had none, and keeps it', () => {
    const csi = (name?: string) => {
      const secret = name === undefined ? {} : { controllerExpandSecretRef: { name, namespace: 'default' } };
      return volume({ hostPath: undefined, csi: { driver: 'd.example.com', volumeHandle: 'h', ...secret } });
    };
    expect(updateRefusals(csi('a'), csi())).toEqual([]);
    expect(updateRefusals(csi('b'), csi('a'))).toHaveLength(1);
  });

  it('has defaults, keeps its source, shows a row', () => {
    expect(completed(volume({}))).toMatchObject({
      spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
    });
    expect(created({ ...volume({}), status: { phase: 'Bound' } }).status).toEqual({ phase: 'Pending' });
    expect(updateRefusals(volume({ hostPath: { path: '/other' }, volumeMode: 'Block' }), volume({}))).toEqual([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n' +
        '- spec.hostPath.path: "/data"\n+ spec.hostPath.path: "/other"',
      'volumeMode: Invalid value: "Block": field is immutable',
    ]);
    expect(row(volume({ claimRef: { namespace: 'a', name: 'b' } }))).toMatchObject({
      ...{ Capacity: '1Gi', 'Access Modes': 'RWO', 'Reclaim Policy': 'Retain', Claim: 'a/b' },
      ...{ VolumeAttributesClass: '<unset>', VolumeMode: 'Filesystem' },
    });
  });
});
