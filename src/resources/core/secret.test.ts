import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, refusals, updateRefusals } = kindFixture('Secret');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Secret', () => {
  it('is Opaque, and takes stringData into data', () => {
    expect(completed({ data: { a: base64('old'), b: base64('b') }, stringData: { a: 'new', c: 'ü' } })).toMatchObject({
      type: 'Opaque',
      data: { a: base64('new'), b: base64('b'), c: base64('ü') },
    });
    expect(completed({ stringData: { a: 'x' } })).not.toHaveProperty('stringData');
    expect(completed({})).not.toHaveProperty('data');
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['Opaque', {}, []],
    ['example.com/own', {}, []],
    ['kubernetes.io/tls', { 'tls.crt': '' }, ['data[tls.key]: Required value']],
    ['kubernetes.io/tls', { 'tls.crt': '', 'tls.key': '' }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['kubernetes.io/basic-auth', {}, ['data[username]: Required value', 'data[password]: Required value']],
    ['kubernetes.io/basic-auth', { password: '' }, []],
    ['kubernetes.io/dockercfg', {}, ['data[.dockercfg]: Required value']],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }, []],
    [
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': 'hunter2' },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be a JSON object'],
    ],
    [
      'kubernetes.io/service-account-token',
      {},
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
  ])('%s with %j', (type, stringData, expected) => {
    expect(refusals({ type, stringData })).toEqual(expected);
  });

  it('checks keys and size', () => {
    expect(refusals({ stringData: { '..': '' } })).toEqual([
      expect.stringMatching(/^data\[\.\.\]: Invalid value: "\.\.": must not be '\.\.'/),
    ]);
    expect(refusals({ stringData: { a: 'x'.repeat(1024 * 1024 + 1) } })).toEqual([
      'data: Too long: may not be more than 1048576 bytes',
    ]);
  });

  it('keeps its type, and its data once immutable', () => {
    expect(updateRefusals({ type: 'a/b' }, {})).toEqual(['type: Invalid value: "a/b": field is immutable']);
    expect(updateRefusals({ immutable: true, data: { a: '' } }, { immutable: true })).toEqual([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});
