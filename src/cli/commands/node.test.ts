import { describe, expect, it } from 'vitest';
import { runCommand, useFakeApi } from '../../../test/support/command-line.ts';
import type { FakeAnswer, FakeRequest } from '../../../test/support/fake-api.ts';

const { api, run } = useFakeApi(() => undefined);
const node = (name: string, isEnding: boolean) => ({
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status: 'False', message: isEnding ? 'node is shutting down' : 'fine' }] },
});
const pod = (name: string, status: object) => ({ metadata: { namespace: 'default', name }, status });
const marked = { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }] };

interface World {
  /** By look: what the pods of the node are. */
  readonly pods: object[][];
  readonly grace?: string;
}

/** The node has begun with the first look after it was told. */
function answers({ pods, grace = '30s' }: World): void {
  let isTold = false;
  api().answer = ({ method, url, body }: FakeRequest): FakeAnswer | undefined => {
    const { pathname } = url;
    if (pathname === '/api/v1/nodes/n1/proxy/configz') {
      return { body: { kubeletconfig: { shutdownGracePeriod: grace } } };
    }
    if (method === 'PATCH') {
      isTold = body.includes('shutdown');
      return { body: node('n1', isTold) };
    }
    if (pathname === '/api/v1/nodes') {
      return {
        body: { metadata: {}, items: url.searchParams.get('labelSelector') === 'a=b' ? [node('n1', false)] : [] },
      };
    }
    if (pathname === '/api/v1/pods') {
      return { body: { metadata: {}, items: (pods.length > 1 ? pods.shift() : pods[0]) ?? [] } };
    }
    return pathname === '/api/v1/nodes/n1' ? { body: node('n1', isTold) } : undefined;
  };
}
const patches = () =>
  api()
    .requests.filter(({ method }) => method === 'PATCH')
    .map(({ url, body }) => `${url.pathname} ${body}`);
const told = (value: string) => [
  `/api/v1/nodes/n1 {"metadata":{"annotations":{"fleet.flotilla.dev/shutdown":${value}}}}`,
];

describe('node shutdown', () => {
  it('tells the node, and of each pod how it ends', async () => {
    const over = { phase: 'Failed', reason: 'Terminated' };
    const running = { phase: 'Running' };
    answers({
      pods: [
        [pod('web', { ...running, ...marked }), pod('vital', running)],
        [pod('web', over), pod('vital', { ...running, ...marked })],
        [pod('web', over), pod('vital', over)],
      ],
    });
    const { code, stdout, stderr } = await run('node', 'shutdown', 'n1');
    expect([code, patches()]).toEqual([0, told('"now"')]);
    expect(stderr.split('\n')).toEqual([
      ...['n1: shutting down', 'n1 default/web: Terminating', 'n1 default/vital: Waiting'],
      ...['n1 default/web: Terminated', 'n1 default/vital: Terminating', 'n1 default/vital: Terminated', ''],
    ]);
    expect(stdout).toContain('1 of 1 nodes, 2 of 2 pods have ended');
    expect(stdout).toMatch(/n1 +default\/web +Terminated/);
  });

  it('takes nodes by label, and a grace period of its own', async () => {
    answers({ pods: [[]], grace: '0s' });
    const { code, stdout } = await run('node', 'shutdown', '-l', 'a=b', '--grace', '1m', '-o', 'json');
    expect([code, patches()]).toEqual([0, told('"60s"')]);
    expect(JSON.parse(stdout)).toEqual({ nodes: [{ node: 'n1', isShuttingDown: true, pods: [] }] });
  });

  it('waits for nothing where it is told so, and cancels', async () => {
    answers({ pods: [[pod('web', { phase: 'Running' })]] });
    expect((await run('node', 'shutdown', 'n1', '--no-wait')).code).toBe(0);
    api().requests.length = 0;
    expect((await run('node', 'shutdown', 'n1', '--cancel')).code).toBe(0);
    expect(patches()).toEqual(told('null'));
  });

  it('ends with 3 when pods do not, or when there is no such node', async () => {
    answers({ pods: [[pod('web', { phase: 'Running' })]] });
    const late = await run('node', 'shutdown', 'n1', '--timeout', '5s');
    expect([late.code, late.stderr]).toEqual([3, expect.stringContaining('After the time-out: 0 of 1 nodes')]);
    api().requests.length = 0;
    expect((await run('node', 'shutdown', 'n1', 'n2')).code).toBe(3);
    expect((await run('node', 'shutdown', '-l', 'no=one')).stderr).toBe('flotilla: No node has the labels no=one\n');
    expect(patches()).toEqual([]);
  });

  it('refuses a node that would end no pod, and to guess which nodes are meant', async () => {
    answers({ pods: [[]], grace: '0s' });
    const { code, stderr } = await run('node', 'shutdown', 'n1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('n1 has no shutdownGracePeriod')]);
    expect((await run('node', 'shutdown')).code).toBe(2);
    expect((await run('node', 'shutdown', 'n1', '-l', 'a=b')).code).toBe(2);
    expect((await run('node', 'shutdown', 'n1', '--grace', '1')).code).toBe(2);
    expect((await run('node', 'shutdown', 'n1', '--cancel', '--grace', '1m')).code).toBe(2);
    expect(patches()).toEqual([]);
    // Told before a kubeconfig is looked for.
    expect((await runCommand(['node', 'shutdown'], { FLOTILLA_HOME: '/nowhere' })).code).toBe(2);
  });
});
