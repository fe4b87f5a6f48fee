import { describe, expect, it } from 'vitest';
import { useFakeApi } from '../../../test/support/command-line.ts';
import type { FakeRequest } from '../../../test/support/fake-api.ts';

const pool = { metadata: { name: 'default' }, spec: { replicas: 10, runtime: 'simulated' } };
const { api, run } = useFakeApi(() => undefined);

describe('scale', () => {
  const path = '/apis/fleet.flotilla.dev/v1alpha1/nodepools/default';
  const scalable = (readies: number[]) => (request: FakeRequest) => {
    if (request.method === 'PATCH' && request.url.pathname === `${path}/scale`) {
      return { body: {} };
    }
    const ready = readies.length > 1 ? readies.shift() : readies[0];
    const status = { replicas: 5, readyReplicas: ready };
    return request.url.pathname === path ? { body: { ...pool, spec: { replicas: 5 }, status } } : undefined;
  };

  it('patches the scale subresource and shows the pool', async () => {
    api().answer = scalable([3]);
    const { code, stdout, stderr } = await run('scale', 'default', '--replicas', '5');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('POOL      REPLICAS   READY\ndefault   5          3\n');
    expect(api().requests[0]).toMatchObject({ method: 'PATCH', body: '{"spec":{"replicas":5}}' });
    expect(api().requests[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });

  it('waits for the nodes, progress on stderr', async () => {
    api().answer = scalable([3, 3, 5]);
    const { code, stdout, stderr } = await run('scale', 'default', '--replicas', '5', '--wait', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'default', ready: 5 });
    expect(stderr).toBe('default: 3 of 5 nodes are ready\ndefault: 5 of 5 nodes are ready\n');
  });

  it('refuses a time-out of no wait', async () => {
    const { code, stderr } = await run('scale', 'default', '--replicas', '5', '--timeout', '2s');
    expect([code, stderr, api().requests]).toEqual([2, 'flotilla: --timeout is for --wait\n', []]);
  });

  it('gives up after the time-out with 3', async () => {
    api().answer = scalable([4]);
    const { code, stderr } = await run('scale', 'default', '--replicas', '5', '--wait', '--timeout', '2s');
    expect(code).toBe(3);
    expect(stderr).toContain('flotilla: default has 4 of 5 nodes ready after the time-out');
  });

  it('says so, with 3, when there is no such pool', async () => {
    api().answer = () => ({ status: 404, body: { message: 'nodepools.fleet.flotilla.dev "nope" not found' } });
    const { code, stderr } = await run('scale', 'nope', '--replicas', '1');
    expect([code, stderr]).toEqual([3, 'flotilla: nodepools.fleet.flotilla.dev "nope" not found\n']);
  });
});
