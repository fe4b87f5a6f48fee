import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { JsonObject } from '../../values/object.ts';
import { serviceAccountTokenController } from './controller.ts';

let fleet: FleetWorld;
let uid: string | undefined;
beforeEach(async () => {
  fleet = new FleetWorld([serviceAccountTokenController]);
  await fleet.start();
  uid = fleet.add('serviceaccounts', { metadata: { name: 'robot', namespace: 'default' } }).metadata.uid;
});
afterEach(() => fleet.stop());

const add = (name: string, account = 'robot', more: JsonObject = {}, annotations: Record<string, string> = {}) =>
  fleet.add('secrets', {
    metadata: {
      ...{ name, namespace: 'default' },
      annotations: { 'kubernetes.io/service-account.name': account, ...annotations },
    },
    type: 'kubernetes.io/service-account-token',
    ...more,
  });
const dataOf = (name: string): Record<string, string> => {
  const { data = {} } = fleet.get('secrets', name) as unknown as { data?: Record<string, string> };
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
};

describe('a secret for the token of an account', () => {
  test('is filled, and its annotation names the account by uid', async () => {
    add('token');
    await fleet.rest();
    expect(dataOf('token')).toEqual({
      'ca.crt': 'AUTHORITY\n',
      namespace: 'default',
      token: `token of default/robot ${uid} in token`,
    });
    expect(fleet.get('secrets', 'token')?.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(uid);
    expect(fleet.errors).toEqual([]);
  });

  test('keeps a token that it has, and gets a CA that is another now', async () => {
    add('token', 'robot', { data: { token: Buffer.from('mine').toString('base64'), 'ca.crt': 'b2xk' } });
    await fleet.rest();
    expect(dataOf('token')).toEqual({ 'ca.crt': 'AUTHORITY\n', namespace: 'default', token: 'mine' });
  });

  test('waits until somebody has said whom to trust', async () => {
    fleet.authorities.length = 0;
    add('token');
    await fleet.advance(3_000);
    expect(dataOf('token')).toEqual({});
    fleet.authorities.push('LATER\n');
    await fleet.advance(3_000);
    expect(dataOf('token')).toMatchObject({ 'ca.crt': 'LATER\n' });
  });

  test('goes with its account, with one that never was, and with one that was made anew', async () => {
    add('token');
    add('nobodys', 'nobody');
    add('formers', 'robot', {}, { 'kubernetes.io/service-account.uid': 'of another' });
    fleet.add('secrets', { metadata: { name: 'other', namespace: 'default' }, type: 'Opaque' });
    await fleet.rest();
    const names = () => fleet.all('secrets').map(({ metadata }) => metadata.name);
    expect(names()).toEqual(['token', 'other']);
    await fleet.delete('serviceaccounts', 'default', 'robot');
    await fleet.rest();
    expect(names()).toEqual(['other']);
    expect(fleet.errors).toEqual([]);
  });
});
