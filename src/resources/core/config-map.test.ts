import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { refusals, updateRefusals, row } = kindFixture('ConfigMap');
const MIB = 1024 * 1024;

describe('ConfigMap', () => {
  it('takes keys that can be file names, once', () => {
    expect(refusals({ data: { 'a.b-c_D': 'x' }, binaryData: { e: 'AA==' } })).toEqual([]);
    expect(refusals({ data: { 'a/b': 'x' } })[0]).toMatch(/^data\[a\/b\]: Invalid value: "a\/b": a valid config key/);
    expect(refusals({ data: { a: 'x' }, binaryData: { a: 'AA==' } })).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
      'binaryData[a]: Invalid value: "a": duplicate of key present in data',
    ]);
  });

  it('holds a MiB', () => {
    const binaryData = { b: Buffer.alloc(MIB / 2).toString('base64') };
    expect(refusals({ data: { a: 'x'.repeat(MIB / 2) }, binaryData })).toEqual([]);
    expect(refusals({ data: { a: 'x'.repeat(MIB / 2 + 1) }, binaryData })).toEqual([
      '[]: Too long: may not be more than 1048576 bytes',
    ]);
  });

  it('stays immutable once it is', () => {
    const old = { data: { a: '1' }, immutable: true };
    const why = 'Forbidden: field is immutable when `immutable` is set';
    expect(updateRefusals({ ...old }, old)).toEqual([]);
    expect(updateRefusals({ data: { a: '2' } }, old)).toEqual([`immutable: ${why}`, `data: ${why}`]);
    expect(updateRefusals({ ...old, binaryData: {} }, old)).toEqual([]);
  });

  it('shows how many entries it has', () => {
    expect(row({ metadata: { name: 'a' }, data: { a: '', b: '' }, binaryData: { c: '' } })).toEqual({
      Name: 'a',
      Data: 3,
      Age: '<unknown>',
    });
  });
});
