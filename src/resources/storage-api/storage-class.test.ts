import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';
import { storageClass } from './storage-class.ts';

const { completed, refusals, updateRefusals, warnings } = kindFixture('StorageClass');

const PROVISIONER = 'a.example/p';

describe('StorageClass', () => {
  it.each<[object, string[]]>([
    [{ provisioner: PROVISIONER, parameters: { a: '' } }, []],
    [{ provisioner: PROVISIONER, parameters: { '': 'x' } }, ['parameters: Invalid value: "": field can not be empty.']],
    [
      { provisioner: PROVISIONER, parameters: { a: 'x'.repeat(256 * 1024) } },
      ['parameters: Too long: may not be more than 262144 bytes'],
    ],
    [
      {
        provisioner: PROVISIONER,
        parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`k${i}`, ''])),
      },
      ['parameters: Too long: may not be more than 512 bytes'],
    ],
  ])('%#', (body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('says where its volumes may be, once', () => {
    const term = (key: string, ...values: string[]) => ({ matchLabelExpressions: [{ key, values }] });
    const at = (...allowedTopologies: object[]) => refusals({ provisioner: PROVISIONER, allowedTopologies });
    expect(at(term('zone', 'a', 'b'), term('zone', 'c'))).toEqual([]);
    expect(at(term('zone', 'a', 'b'), term('zone', 'b', 'a'))).toEqual([
      'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
    ]);
    expect(at(term('zone', 'a', 'a'), term('', ...[]))).toEqual([
      'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
      'allowedTopologies[1].matchLabelExpressions[0].values: Required value',
      'allowedTopologies[1].matchLabelExpressions[0].key: Invalid value: "": name part must be non-empty',
      expect.stringContaining(
        'allowedTopologies[1].matchLabelExpressions[0].key: Invalid value: "": name part must consist',
      ),
    ]);
    const old = { allowedTopologies: [term('failure-domain.beta.kubernetes.io/zone', 'a')] };
    expect(warnings({ provisioner: PROVISIONER, ...old })).toEqual([
      'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    ]);
  });

  it('changes nothing that its volumes were made by', () => {
    const changed = {
      provisioner: 'b.example/p',
      parameters: { a: 'b' },
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
    };
    expect(updateRefusals({ ...changed, allowVolumeExpansion: true }, { provisioner: PROVISIONER })).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
      'reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]);
    expect(refusals({})).toEqual(['provisioner: Required value']);
  });

  it('gives a parameter without a name the reason of a bad value', () => {
    const body = completed({ provisioner: PROVISIONER, parameters: { '': 'x' } });
    expect(storageClass.validate?.(body)).toMatchObject([{ reason: 'FieldValueInvalid', field: 'parameters' }]);
  });
});
