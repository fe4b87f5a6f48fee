import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import type { TokenStore } from '../../../src/auth/token-store.ts';
import type { DueStore } from '../../../src/queue/reconciler.ts';
import type { NodeLeases } from '../../../src/registry/node-leases.ts';
import type { RuntimeStateStore } from '../../../src/runtimes/state-store.ts';
import * as schema from '../../../src/storage/schema.ts';
import { storageFixture } from './storage-fixture.ts';

const fixture = storageFixture();

it('implements the contracts of the folders it does not import', async () => {
  const storage = await fixture.open();
  const contracts: { due: DueStore; nodeLeases: NodeLeases; runtimeStates: RuntimeStateStore; tokens: TokenStore } =
    storage;
  expect(contracts).toBeDefined();
});

it('keeps the number of shards of the first start', async () => {
  expect((await fixture.open({ shards: 3 })).shards).toBe(3);
  expect((await fixture.open({ shards: 8 })).shards).toBe(3);
});

describe('tokens', () => {
  it('come back as they were put; the last one counts', async () => {
    const { tokens } = await fixture.open();
    const digest = new Uint8Array(32).fill(7);
    await tokens.put(digest, { username: 'first', groups: [] });
    const user = { username: 'admin', uid: 'u', groups: ['system:masters'], extra: { scopes: ['a', 'b'] } };
    await tokens.put(digest, user);
    const all = await tokens.all();
    expect(all.map((token) => ({ digest: [...token.digest], user: token.user }))).toEqual([
      { digest: [...digest], user },
    ]);
  });
});

describe('authorities of the API', () => {
  it('are known once each, until they have not been heard of for a day', async () => {
    const { apiAuthorities } = await fixture.open();
    for (const certificate of ['B', 'A', 'B', 'gone']) {
      await apiAuthorities.note(certificate);
    }
    expect(await apiAuthorities.all()).toEqual(['A', 'B', 'gone']);
    await fixture.sql(`UPDATE api_authorities SET seen_at = now() - interval '25 hours' WHERE certificate <> 'B'`);
    await apiAuthorities.note('A');
    expect(await apiAuthorities.all()).toEqual(['A', 'B']);
  });
});

describe('addresses of the API', () => {
  it('are known for as long as they are heard of', async () => {
    const { apiAddresses } = await fixture.open();
    for (const [address, port] of [
      ['10.0.0.2', 1],
      ['10.0.0.1', 2],
      ['10.0.0.1', 1],
      ['10.0.0.2', 1],
    ] as const) {
      await apiAddresses.note({ address, port });
    }
    const [first, second, third] = [
      ['10.0.0.1', 1],
      ['10.0.0.1', 2],
      ['10.0.0.2', 1],
    ].map(([address, port]) => ({
      ...{ address, port },
    }));
    expect(await apiAddresses.all()).toEqual([first, second, third]);
    await fixture.sql(`UPDATE api_addresses SET seen_at = now() - interval '31 seconds' WHERE port = 1`);
    expect(await apiAddresses.all()).toEqual([second]);
    await apiAddresses.note({ address: '10.0.0.2', port: 1 });
    expect(await apiAddresses.all()).toEqual([second, third]);
  });
});

describe('runtime states', () => {
  it('are compared before they are set, each on its own', async () => {
    const { runtimeStates } = await fixture.open();
    const save = (uid: string, expected: string | undefined, state: string | undefined, nodeName = 'n1') => ({
      ...{ uid, nodeName, state, expected },
    });
    expect(await runtimeStates.save('sim', [save('a', undefined, '1'), save('b', undefined, '1', 'n2')])).toEqual([]);
    expect(await runtimeStates.save('sim', [])).toEqual([]);
    const refused = await runtimeStates.save('sim', [
      save('a', '1', '2'),
      save('b', '0', '2', 'n2'),
      save('c', '1', '2'),
      save('d', undefined, undefined),
    ]);
    expect([...refused].sort()).toEqual(['b', 'c']);
    expect(await runtimeStates.save('sim', [save('a', undefined, '9'), save('b', undefined, undefined)])).toEqual([
      'a',
      'b',
    ]);
    expect(await runtimeStates.load('sim', ['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', '2'],
        ['b', '1'],
      ]),
    );
    expect(await runtimeStates.load('other', ['a'])).toEqual(new Map());
    expect(await runtimeStates.loadByNodes('sim', ['n2'])).toEqual(new Map([['b', '1']]));
    expect((await runtimeStates.loadByNodes('sim', undefined)).size).toBe(2);
    expect(await runtimeStates.save('sim', [save('a', '2', undefined)])).toEqual([]);
    expect(await runtimeStates.load('sim', ['a'])).toEqual(new Map());
  });

  it('let one of two writers win', async () => {
    const { runtimeStates } = await fixture.open();
    const change = (state: string | undefined) => [{ uid: 'race', nodeName: 'n', state, expected: undefined }];
    const answers = await Promise.all(['1', '2', '3'].map((state) => runtimeStates.save('sim', change(state))));
    expect(answers.filter((refused) => refused.length === 0)).toHaveLength(1);
  });
});

describe('the schema', () => {
  const tables = Object.values(schema).filter((table) => table instanceof PgTable);

  it.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
    'of %s is what migrations make',
    async (name, table) => {
      const rows = await fixture.sql<{ name: string; required: boolean }>(
        `SELECT column_name AS name, is_nullable = 'NO' AS required FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1`,
        [name],
      );
      const declared = Object.values(getTableColumns(table)).map((column) => ({
        name: column.name,
        required: column.notNull,
      }));
      const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
      expect(declared.sort(byName)).toEqual(rows.sort(byName));
    },
  );

  it('keeps bodies uncompressed and inline in every partition', async () => {
    const rows = await fixture.sql<{ storage: string; options: string[] }>(
      `SELECT a.attstorage AS storage, c.reloptions AS options FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'body' WHERE i.inhparent = 'objects'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.every(({ storage, options }) => storage === 'e' && options.includes('toast_tuple_target=8160'))).toBe(
      true,
    );
  });

  it('has views that read what is stored', async () => {
    const { objects } = await fixture.open();
    const stored = (name: string, resource: string, rest: object) => ({
      ...{ op: 'create' as const, resource, namespace: resource === 'pods' ? 'default' : '', name, uid: name },
      ...{ labels: {}, fields: { 'spec.nodeName': 'n1' }, ownerUids: [], controllerUid: '' },
      body: JSON.stringify({ apiVersion: 'v1', kind: 'X', metadata: { name }, ...rest }),
    });
    const conditions = [{ type: 'Ready', status: 'True' }];
    await objects.commitAll([
      stored('n1', 'nodes', { spec: { unschedulable: true }, status: { conditions } }),
      stored('p1', 'pods', { status: { phase: 'Running' } }),
    ]);
    expect(await fixture.sql('SELECT name, ready, unschedulable FROM fleet_nodes')).toEqual([
      { name: 'n1', ready: 'True', unschedulable: true },
    ]);
    expect(await fixture.sql('SELECT name, node_name, phase, deleted_at FROM fleet_pods')).toEqual([
      { name: 'p1', node_name: 'n1', phase: 'Running', deleted_at: null },
    ]);
  });
});
