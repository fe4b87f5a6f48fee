import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';
import { storageClass } from './storage-class.ts';

const { completed, refusals } = kindFixture('StorageClass');

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

  it('gives a parameter without a name the reason of a bad value', () => {
    const body = completed({ provisioner: PROVISIONER, parameters: { '': 'x' } });
    expect(storageClass.validate?.(body)).toMatchObject([{ reason: 'FieldValueInvalid', field: 'parameters' }]);
  });
});
