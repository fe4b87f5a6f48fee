import { expect, it } from 'vitest';
import { replaceEntries } from './short-entries.ts';

const NOTED = [{ manager: 'me', fieldsV1: { 'f:data': {} } }];

it.each([
  ['first', { managedFields: NOTED, name: 'a', uid: 'u' }],
  ['between others', { name: 'a', managedFields: NOTED, uid: 'u' }],
  ['last', { name: 'a', uid: 'u', managedFields: NOTED }],
])('a body loses its entries, %s', (_, metadata) => {
  const text = (of: object) => JSON.stringify({ kind: 'ConfigMap', metadata: of, data: { managedFields: 'x' } });
  expect(replaceEntries(text(metadata), NOTED, undefined)).toBe(text({ name: 'a', uid: 'u' }));
});

it('a body without entries stays as it is without them', () => {
  const body = JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'a' } });
  expect(replaceEntries(body, undefined, undefined)).toBe(body);
});
