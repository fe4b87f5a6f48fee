import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { useFakeApi } from '../../../test/support/command-line.ts';
import type { FakeRequest } from '../../../test/support/fake-api.ts';

const pool = { metadata: { name: 'default' }, spec: { replicas: 10, runtime: 'simulated' } };
const table = (rows: unknown[][], more = '') => ({
  metadata: { resourceVersion: '42', continue: more },
  columnDefinitions: [{ name: 'Name' }, { name: 'Status' }],
  rows: rows.map((cells) => ({ cells })),
});

let remaining: object = { remainingItemCount: 2 };

/** Three nodes on two pages, two of them ready; pods by their phase; one pool. */
function fleet({ url, method }: FakeRequest) {
  const answers: Record<string, () => object | string> = {
    '/version': () => ({ gitVersion: 'v1.34.0+flotilla' }),
    '/readyz': () => 'ok',
    '/api/v1/nodes': () =>
      url.searchParams.get('continue') === 'next'
        ? table([['c', 'NotReady']])
        : table(
            [
              ['a', 'Ready'],
              ['b', 'Ready,SchedulingDisabled'],
            ],
            'next',
          ),
    '/api/v1/pods': () => {
      const counts: Record<string, number> = { Pending: 1, Running: 2 };
      if (url.searchParams.get('limit') === '1') {
        return { metadata: { resourceVersion: '42', continue: 'next', ...remaining }, items: [{}] };
      }
      const phase = url.searchParams.get('fieldSelector')?.replace('status.phase=', '') ?? '';
      return table(Array.from({ length: counts[phase] ?? 0 }, () => ['pod', phase]));
    },
    '/apis/fleet.flotilla.dev/v1alpha1/nodepools': () => ({
      items: [{ ...pool, status: { replicas: 10, readyReplicas: 9 } }],
    }),
  };
  const body = method === 'GET' ? answers[url.pathname]?.() : undefined;
  return body === undefined ? undefined : { body };
}

const { api, run } = useFakeApi(fleet);

describe('status', () => {
  const expected = {
    server: { version: 'v1.34.0+flotilla', ready: true, revision: '42' },
    nodes: { total: 3, ready: 2 },
    pods: { total: 3, byPhase: { Pending: 1, Running: 2 } },
    pools: [{ name: 'default', replicas: 10, ready: 9, runtime: 'simulated' }],
  };

  it('is a table for people', async () => {
    const { code, stdout, stderr } = await run('status');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        `Server     ${api().url} (ready)`,
        'Version    v1.34.0+flotilla',
        'Revision   42',
        'Nodes      2 of 3 ready',
        'Pods       1 Pending, 2 Running',
        '',
        'POOL      REPLICAS   READY   RUNTIME',
        'default   10         9       simulated',
        '',
      ].join('\n'),
    );
  });

  it('has the same content as JSON and YAML, wherever -o stands', async () => {
    expect(JSON.parse((await run('status', '-o', 'json')).stdout)).toMatchObject(expected);
    expect(parse((await run('-o', 'yaml', 'status')).stdout)).toMatchObject(expected);
  });

  it('asks for rows without objects, page by page, with the token', async () => {
    await run('status');
    const nodes = api().requests.filter(({ url }) => url.pathname === '/api/v1/nodes');
    expect(nodes.map(({ url }) => url.searchParams.get('includeObject'))).toEqual(['None', 'None']);
    expect(nodes[0]?.headers.accept).toContain('as=Table');
    expect(new Set(api().requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${api().token}`]),
    );
  });

  const askedForRunning = () =>
    api().requests.some(({ url }) => url.searchParams.get('fieldSelector') === 'status.phase=Running');

  it('reads no page of running pods, where the server tells how many there are', async () => {
    await run('status');
    expect(askedForRunning()).toBe(false);
  });

  it('counts them where it does not', async () => {
    remaining = {};
    onTestFinished(() => {
      remaining = { remainingItemCount: 2 };
    });
    expect(JSON.parse((await run('status', '-o', 'json')).stdout)).toMatchObject(expected);
    expect(askedForRunning()).toBe(true);
  });

  it('exits with 3 when the server is up and not ready', async () => {
    api().answer = (request) =>
      request.url.pathname === '/readyz' ? { status: 500, body: '[-]database failed' } : fleet(request);
    const { code, stdout, stderr } = await run('status');
    expect([code, stderr]).toEqual([3, 'flotilla: The server is not ready: GET /readyz?verbose says why\n']);
    expect(stdout).toContain('(not ready)');
  });
});
