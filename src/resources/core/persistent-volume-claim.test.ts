import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Case = readonly [body: object, refusals: readonly string[]];

describe('PersistentVolumeClaim', () => {
  const { created, refusals, updateRefusals, row } = kindFixture('PersistentVolumeClaim');
  const asks = (storage: string) => ({ resources: { requests: { storage } } });
  const claim = (spec: object) => ({ spec: { accessModes: ['ReadWriteOnce'], ...asks('2Gi'), ...spec } });
  const of = (name: string) => ({ kind: 'PersistentVolumeClaim', name });
  const bound = (spec: object, held = '1Gi') => ({
    ...claim({ volumeName: 'v', ...spec }),
    status: { capacity: { storage: held } },
  });
  const BOOK = { apiGroup: 'example.com', kind: 'Book', name: 'b' };
  const FREE = { apiGroup: '^free', kind: 'VolumeSnapshot', name: 's' };
  const UNLIKE = 'spec: Invalid value: "spec.dataSource": must match dataSourceRef';
  const both = (source: object) => ({ dataSource: source, dataSourceRef: source });
  const attributes = (volumeAttributesClassName: string, current?: string) => {
    const { status, ...rest } = bound({ volumeAttributesClassName });
    return {
      ...rest,
      status: { ...status, ...(current === undefined ? {} : { currentVolumeAttributesClassName: current }) },
    };
  };
  const held = (to: string) =>
    `spec.volumeAttributesClassName: Forbidden: update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  const immutable =
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  const fixed = expect.stringContaining(immutable);
  const shrunk = 'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity';

  it('tells what may not change', () => {
    const limits = { limits: { storage: '9Gi' } };
    expect(updateRefusals(bound({ resources: { ...asks('3Gi').resources, ...limits } }), bound({}))).toEqual([
      `${immutable}\n+ spec.resources.limits: {"storage":"9Gi"}`,
    ]);
    expect(updateRefusals(claim({ storageClassName: 'd' }), claim({ storageClassName: 'c' }))).toEqual([
      `${immutable}\n- spec.storageClassName: "c"\n+ spec.storageClassName: "d"`,
    ]);
  });

  it.each<Case>([
    [claim({}), []],
    [
      { spec: {} },
      [
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec.resources[storage]: Required value',
      ],
    ],
    [claim(asks('-1')), ['spec.resources[storage]: Invalid value: "-1": must be greater than zero']],
    [
      claim({ storageClassName: 'A', dataSource: { kind: 'Pod', name: '' } }),
      [
        expect.stringContaining('spec.storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain'),
        'spec.dataSource.name: Required value',
        `spec.dataSource: Invalid value: "Pod": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
      ],
    ],
    [
      claim({ dataSource: of('a'), dataSourceRef: of('b') }),
      ['spec: Invalid value: "spec.dataSource": must match dataSourceRef'],
    ],
  ])('%j', (body, expected) => expect(refusals(body)).toEqual(expected));

  it.each<[string, object, object, string[]]>([
    ['an unbound one asks for more', claim(asks('3Gi')), claim({}), [fixed]],
    ['it is bound', claim({ volumeName: 'v' }), claim({}), []],
    ['a bound one asks for more', bound(asks('3Gi')), bound({}), []],
    ['its expansion is taken back', bound(asks('1536Mi')), bound({}), []],
    ['it shrinks below what it has', bound(asks('1Gi')), bound({}), [shrunk]],
    ['it moves to another volume', bound({ volumeName: 'w' }), bound({}), [fixed]],
    ['one without a class gets it', claim({ storageClassName: 'c' }), claim({}), []],
    ['it changes its class', claim({ storageClassName: 'd' }), claim({ storageClassName: 'c' }), [fixed]],
    ['it keeps that it has no attributes', attributes(''), attributes('', 'c'), []],
    ['it is bound without attributes', attributes(''), claim({ volumeAttributesClassName: '' }), []],
    ['it gives up attributes that took no effect', bound({}), attributes('c'), []],
    ['it empties attributes that took no effect', attributes(''), attributes('c'), []],
    ['it changes its attributes', attributes('d'), attributes('c', 'c'), []],
    ['it gives up its attributes', bound({}), attributes('c', 'c'), [held('nil')]],
    ['it empties its attributes', attributes(''), attributes('c', 'c'), [held('empty string')]],
    ['it says its source in one field', claim({ dataSource: of('a') }), claim(both(of('a'))), []],
    ['it says its source in the other field', claim({ dataSourceRef: of('a') }), claim(both(of('a'))), []],
    ['it was stored with a source in one field', claim(both(of('a'))), claim({ dataSource: of('a') }), []],
    ['a source of another kind was dropped before', claim({ dataSource: BOOK }), claim({}), []],
    ['a source of another kind was stored', claim({ dataSource: BOOK }), claim({ dataSource: BOOK }), []],
    ['it is of a populator', claim({ dataSource: BOOK }), claim(both(BOOK)), []],
    ['it gets a source', claim({ dataSource: of('a') }), claim({}), [fixed]],
    ['it changes its source', claim({ dataSource: of('b') }), claim(both(of('a'))), [fixed]],
    ['it loses its source', claim({}), claim(both(of('a'))), [fixed]],
    ['its group was free once', claim({ dataSource: FREE }), claim({ dataSource: FREE }), []],
    ['it gets two sources', claim({ dataSource: of('a'), dataSourceRef: BOOK }), claim({}), [fixed, UNLIKE].reverse()],
  ])('when %s', (_title, next, old, expected) => expect(updateRefusals(next, old)).toEqual(expected));

  it('says its data source in both fields', () => {
    const source = { spec: { dataSource: of('a'), dataSourceRef: of('a') } };
    expect(created(claim({ dataSource: of('a') }))).toMatchObject(source);
    expect(created(claim({ dataSourceRef: of('a') }))).toMatchObject(source);
    expect(created(claim({ dataSourceRef: BOOK }))).toMatchObject({ spec: both(BOOK) });
    expect(created(claim({ dataSource: BOOK }))).not.toHaveProperty('spec.dataSource');
    const elsewhere = { ...of('a'), namespace: 'other' };
    expect(created(claim({ dataSourceRef: elsewhere }))).not.toHaveProperty('spec.dataSource');
    expect(created(claim({ dataSourceRef: { ...of('a'), namespace: '' } }))).toMatchObject({
      spec: { dataSource: of('a') },
    });
    expect(refusals(created(claim({ dataSource: BOOK, dataSourceRef: of('a') })))).toEqual([UNLIKE]);
    expect(refusals(claim({ dataSource: FREE }))).toHaveLength(1);
  });

  it('waits to be bound, and shows its volume then', () => {
    expect(created({ ...claim({}), status: { phase: 'Bound' } })).toMatchObject({
      status: { phase: 'Pending' },
      spec: { volumeMode: 'Filesystem' },
    });
    expect(row(claim({}))).toMatchObject({ Volume: '', Capacity: '', VolumeMode: 'Filesystem' });
    expect(row(bound({}))).toMatchObject({ Volume: 'v', Capacity: '1Gi' });
  });
});
