import { describe, expect, it } from 'vitest';
import { useFakeApi } from '../../../test/support/command-line.ts';

const path = '/apis/fleet.flotilla.dev/v1alpha1/drains';
const at = (phase: string, more: object = {}) => ({
  metadata: { name: 'drain-1' },
  status: {
    phase,
    nodesTotal: 2,
    nodesDrained: phase === 'Completed' ? 2 : 1,
    podsEvicted: 4,
    podsRemaining: 1,
    ...more,
  },
});
const { api, run } = useFakeApi(() => undefined);

function answers(...drains: object[]): void {
  api().answer = ({ method, url }) =>
    method === 'POST' && url.pathname === path
      ? { status: 201, body: { metadata: { name: 'drain-1' } } }
      : url.pathname === `${path}/drain-1`
        ? { body: (drains.length > 1 ? drains.shift() : drains[0]) ?? {} }
        : url.pathname === '/api/v1/nodes/n1' || url.pathname.endsWith('/nodepools/blue')
          ? { body: { metadata: { name: 'it' } } }
          : { status: 404, body: { message: `nodes "${url.pathname.split('/').at(-1)}" not found` } };
}
const sent = (method: string) => api().requests.find((request) => request.method === method);

describe('drain', () => {
  it('makes a Drain of what it was told and follows it to its end', async () => {
    const blocked = { type: 'Blocked', status: 'True', message: '1 pods wait for the disruption budget default/calm' };
    const waiting = [{ namespace: 'default', name: 'web-1', node: 'n1', budget: 'calm', message: 'x' }];
    answers(at('Blocked', { conditions: [blocked], blockedPods: waiting }), at('Completed', { podsRemaining: 0 }));
    const given = ['--pool', 'blue', '--zone', 'a', '--parallelism', '3', '--deadline', '10m', '-l', 'tier in (x,y)'];
    const { code, stdout, stderr } = await run('drain', ...given, '--ignore-daemonsets');
    expect(code).toBe(0);
    expect(JSON.parse(sent('POST')?.body ?? '')).toMatchObject({
      kind: 'Drain',
      metadata: { generateName: 'drain-' },
      spec: {
        ...{ pool: 'blue', zone: 'a', order: 'Name', parallelism: 3, deadlineSeconds: 600, ignoreDaemonSets: true },
        nodeSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['x', 'y'] }] },
      },
    });
    expect(stdout).toBe('drain-1: Completed: 2 of 2 nodes, 4 pods evicted, 0 to go\n');
    expect(stderr).toContain('1 of 2 nodes, 4 pods evicted, 1 to go; 1 pods wait for the disruption budget');
  });

  it('ends with 3 when the deadline passed', async () => {
    const failed = { type: 'Complete', status: 'False', message: 'The deadline has passed' };
    answers(at('Failed', { conditions: [failed], nodes: [{ name: 'n1', state: 'Blocked', podsRemaining: 1 }] }));
    const { code, stdout, stderr } = await run('drain', 'n1');
    expect([code, stderr.split('\n').at(-2)]).toEqual([3, 'flotilla: drain-1: Failed: The deadline has passed']);
    expect(stdout).toContain('NODE   STATE     PODS   WHY\nn1     Blocked   1');
  });

  it('cancels one, and gives its nodes back', async () => {
    answers(at('Draining'), at('Cancelled'));
    const { code } = await run('drain', '--cancel', 'drain-1', '--uncordon');
    expect(code).toBe(0);
    expect(sent('PATCH')).toMatchObject({
      body: '{"spec":{"cancelled":true,"uncordonOnCancel":true}}',
    });
  });

  it.each(['--cancel', '--pause', '--resume'])('%s refuses one that is over', async (flag) => {
    answers(at('Completed'));
    const { code, stderr } = await run('drain', flag, 'drain-1');
    expect([code, stderr]).toEqual([1, 'flotilla: drain-1 is over: Completed\n']);
    expect(sent('PATCH')).toBeUndefined();
  });

  it.each([[['n1', 'nosuch']], [['--pool', 'nosuch']], [['--cancel', 'nosuch']]])(
    '%j is an error, and nothing is made',
    async (args) => {
      answers(at('Completed'));
      const { code, stderr } = await run('drain', ...args);
      expect([code, stderr]).toEqual([3, 'flotilla: nodes "nosuch" not found\n']);
      expect(api().requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    },
  );

  it.each([
    [{ nodesTotal: 0, nodesDrained: 0 }, 'drain-1: no node is meant'],
    [{ nodesMissing: ['n3'] }, 'drain-1: no such nodes: n3'],
  ])('fails where %j', async (status, message) => {
    answers(at('Completed', status));
    const { code, stderr } = await run('drain', '--zone', 'c');
    expect([code, stderr.split('\n').at(-2)]).toEqual([3, `flotilla: ${message}`]);
  });

  it('tells how many pods are ending', async () => {
    answers(at('Draining', { podsRemaining: 5, podsEnding: 2 }), at('Completed', { podsRemaining: 0 }));
    const { stderr } = await run('drain', 'n1');
    expect(stderr).toContain('4 pods evicted, 5 to go, 2 of them ending');
  });

  it.each([
    [['n1', '--uncordon'], '--uncordon is for --cancel'],
    [['--follow', 'drain-1', '--uncordon'], '--uncordon is for --cancel'],
    [['n1', '--cancel', 'drain-1'], '--cancel means a drain, and takes no names of nodes'],
    [['n1', '--follow', 'drain-1'], '--follow means a drain'],
    [['--pause', 'drain-1', '--resume', 'drain-1'], "'--pause <drain>' cannot be used with option '--resume <drain>'"],
    [['--cancel', 'drain-1', '--pool', 'blue'], "'--cancel <drain>' cannot be used with option '--pool <name>'"],
    [['--resume', 'drain-1', '--parallelism', '2'], "cannot be used with option '--parallelism <number>'"],
  ])('refuses %j before anything is asked', async (args, message) => {
    answers(at('Draining'));
    const { code, stderr } = await run('drain', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(api().requests).toEqual([]);
  });

  it('wants to know which nodes', async () => {
    const { code, stderr } = await run('drain');
    expect([code, stderr]).toEqual([2, 'flotilla: Say which nodes: by name, --pool, --zone or --selector\n']);
    expect((await run('drain', '--parallelism', '0')).code).toBe(2);
  });
});
