import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { useFakeApi } from '../../../test/support/command-line.ts';

const secret = (name: string, type: string) => ({
  metadata: { namespace: 'default', name, uid: name, resourceVersion: '7' },
  ...{ type, data: { key: 'aHVzaA==' } },
});
const answers: Readonly<Record<string, object>> = {
  '/apis': { groups: [] },
  '/api/v1': { groupVersion: 'v1', resources: [{ name: 'secrets', kind: 'Secret', verbs: ['list'] }] },
  '/api/v1/namespaces': { metadata: { resourceVersion: '20' }, items: [] },
  '/api/v1/secrets': {
    metadata: { resourceVersion: '20' },
    items: [secret('mine', 'Opaque'), secret('second', 'Opaque'), secret('t', 'kubernetes.io/service-account-token')],
  },
};
const { run } = useFakeApi(({ url }) => {
  const body = answers[url.pathname];
  return body === undefined ? undefined : { body };
});
const mine = {
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine', namespace: 'default' } },
  ...{ type: 'Opaque', data: { key: 'aHVzaA==' } },
};

it('exports what people made, without tokens of this cluster', async () => {
  const { code, stdout } = await run('snapshot', 'export');
  const documents = parseAllDocuments(stdout).map((document) => document.toJSON());
  expect([code, documents.length, documents[0]]).toEqual([0, 2, mine]);
});

it('exports JSON to those who ask for it', async () => {
  const { stdout } = await run('snapshot', 'export', '-o', 'json');
  const lines = stdout.trimEnd().split('\n');
  expect([lines.length, JSON.parse(lines[0] ?? '')]).toEqual([2, mine]);
});

it('says that it holds secrets', async () => {
  expect((await run('snapshot', '--help')).stdout).toContain('umask 077');
});
