import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type FakeApi, type FakeRequest, startFakeApi } from '../../test/support/fake-api.ts';
import { runCommandLine } from './program.ts';

let api: FakeApi;
const folder = mkdtempSync(join(tmpdir(), 'flotilla-cli-'));
beforeAll(async () => {
  api = await startFakeApi();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const pool = { metadata: { name: 'default' }, spec: { replicas: 10, runtime: 'simulated' } };
const table = (rows: unknown[][], more = '') => ({
  metadata: { resourceVersion: '42', continue: more },
  columnDefinitions: [{ name: 'Name' }, { name: 'Status' }],
  rows: rows.map((cells) => ({ cells })),
});

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

beforeEach(() => {
  api.requests.length = 0;
  api.answer = fleet;
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let stdout = '';
  let stderr = '';
  let monotonic = 0;
  const code = await runCommandLine(args, {
    terminal: {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    },
    env,
    clock: {
      now: () => 0,
      monotonic: () => monotonic,
      sleep: async (ms) => {
        monotonic += ms;
      },
    },
  });
  return { code, stdout, stderr };
}
const runHere = (...args: string[]) => run(['--kubeconfig', api.kubeconfig, ...args]);

describe('status', () => {
  const expected = {
    server: { version: 'v1.34.0+flotilla', ready: true, revision: '42' },
    nodes: { total: 3, ready: 2 },
    pods: { total: 3, byPhase: { Pending: 1, Running: 2 } },
    pools: [{ name: 'default', replicas: 10, ready: 9, runtime: 'simulated' }],
  };

  it('is a table for people', async () => {
    const { code, stdout, stderr } = await runHere('status');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        `Server     ${api.url} (ready)`,
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
    expect(JSON.parse((await runHere('status', '-o', 'json')).stdout)).toMatchObject(expected);
    expect(parse((await runHere('-o', 'yaml', 'status')).stdout)).toMatchObject(expected);
  });

  it('asks for rows without objects, page by page, with the token', async () => {
    await runHere('status');
    const nodes = api.requests.filter(({ url }) => url.pathname === '/api/v1/nodes');
    expect(nodes.map(({ url }) => url.searchParams.get('includeObject'))).toEqual(['None', 'None']);
    expect(nodes[0]?.headers.accept).toContain('as=Table');
    expect(new Set(api.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${api.token}`]));
  });

  it('exits with 3 when the server is up and not ready', async () => {
    api.answer = (request) =>
      request.url.pathname === '/readyz' ? { status: 500, body: '[-]database failed' } : fleet(request);
    const { code, stdout, stderr } = await runHere('status');
    expect([code, stderr]).toEqual([3, 'flotilla: The server is not ready: GET /readyz?verbose says why\n']);
    expect(stdout).toContain('(not ready)');
  });
});

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
    api.answer = scalable([3]);
    const { code, stdout, stderr } = await runHere('scale', 'default', '--replicas', '5');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('POOL      REPLICAS   READY\ndefault   5          3\n');
    expect(api.requests[0]).toMatchObject({ method: 'PATCH', body: '{"spec":{"replicas":5}}' });
    expect(api.requests[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });

  it('waits for the nodes, progress on stderr', async () => {
    api.answer = scalable([3, 3, 5]);
    const { code, stdout, stderr } = await runHere('scale', 'default', '--replicas', '5', '--wait', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'default', ready: 5 });
    expect(stderr).toBe('default: 3 of 5 nodes are ready\ndefault: 5 of 5 nodes are ready\n');
  });

  it('gives up after the time-out with 3', async () => {
    api.answer = scalable([4]);
    const { code, stderr } = await runHere('scale', 'default', '--replicas', '5', '--wait', '--timeout', '2s');
    expect(code).toBe(3);
    expect(stderr).toContain('flotilla: default has 4 of 5 nodes ready after the time-out');
  });

  it('says so, with 3, when there is no such pool', async () => {
    api.answer = () => ({ status: 404, body: { message: 'nodepools.fleet.flotilla.dev "nope" not found' } });
    const { code, stderr } = await runHere('scale', 'nope', '--replicas', '1');
    expect([code, stderr]).toEqual([3, 'flotilla: nodepools.fleet.flotilla.dev "nope" not found\n']);
  });

  it.each([
    [['scale', 'default'], "required option '--replicas <number>' not specified"],
    [['scale', 'default', '--replicas', 'many'], 'Use a whole number from 0 to 1000000.'],
    [['scale', 'default', '--replicas', '1', '--timeout', '9'], 'like 500ms, 10s or 1m30s'],
    [['scale', '--replicas', '1'], "missing required argument 'pool'"],
    [['sacle'], '(Did you mean scale?)'],
    [['status', '-o', 'xml'], 'Allowed choices are table, json, yaml'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [[], 'Usage: flotilla'],
  ])('%j is a wrong usage: 2', async (args, message) => {
    const { code, stdout, stderr } = await runHere(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('kubeconfig and token', () => {
  it('print the path, the content and the token', async () => {
    expect(await runHere('kubeconfig')).toMatchObject({ code: 0, stdout: `${api.kubeconfig}\n` });
    expect(JSON.parse((await runHere('kubeconfig', '-o', 'json')).stdout)).toEqual({ path: api.kubeconfig });
    expect((await runHere('kubeconfig', '--raw')).stdout).toContain('current-context: flotilla');
    expect(await runHere('token')).toMatchObject({ code: 0, stdout: `${api.token}\n` });
  });

  it('look in FLOTILLA_HOME, never elsewhere', async () => {
    const env = { FLOTILLA_HOME: folder, HOME: folder, KUBECONFIG: api.kubeconfig };
    const { code, stderr } = await run(['token'], env);
    expect(code).toBe(3);
    expect(stderr).toContain(`There is no kubeconfig at ${join(folder, 'kubeconfig')}: start Flotilla with npm start`);
  });

  it('say what a damaged kubeconfig lacks', async () => {
    const path = join(folder, 'damaged');
    writeFileSync(path, 'users: [');
    const { code, stderr } = await run(['--kubeconfig', path, 'token']);
    expect([code, stderr]).toEqual([
      1,
      `flotilla: ${path} is not usable (not valid YAML): start Flotilla to write it anew\n`,
    ]);
  });
});

describe('a server that does not do as it should', () => {
  it('is not running: 3, with the way to start it', async () => {
    const other = await startFakeApi();
    await other.stop();
    const { code, stderr } = await run(['--kubeconfig', other.kubeconfig, 'status']);
    expect([code, stderr]).toEqual([3, `flotilla: Flotilla is not running at ${other.url}: start it with npm start\n`]);
    await other.close();
  });

  it('is another: its certificate is not trusted', async () => {
    const other = await startFakeApi();
    const path = join(folder, 'mixed');
    const config = parse((await run(['--kubeconfig', other.kubeconfig, 'kubeconfig', '--raw'])).stdout);
    config.clusters[0].cluster.server = api.url;
    writeFileSync(path, JSON.stringify(config));
    const { code, stderr } = await run(['--kubeconfig', path, 'status']);
    expect(code).toBe(1);
    expect(stderr).toContain('shows a certificate that this kubeconfig does not trust');
    await other.close();
  });

  it.each([
    [{ status: 401, body: {} }, 'refuses the token of this kubeconfig', 1],
    [{ status: 403, body: { message: 'nodes is forbidden' } }, 'nodes is forbidden', 1],
    [{ status: 503, body: { message: 'starting' } }, 'starting', 3],
    [{ status: 502, body: '<html>' }, 'gave an answer that is not Flotilla’s (HTTP 502)', 1],
    [{ status: 200, body: '<html>' }, 'gave an answer that is not Flotilla’s (HTTP 200)', 1],
  ])('answers %j', async (answer, message, exitCode) => {
    api.answer = () => answer;
    const { code, stdout, stderr } = await runHere('scale', 'default', '--replicas', '1');
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(api.token);
  });
});

describe('help', () => {
  it('has examples, exit codes and the version', async () => {
    const { code, stdout } = await runHere('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found');
    expect((await runHere('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['serve', 'status', 'scale', 'kubeconfig', 'token', 'completion'])('of %s has examples', async (name) => {
    const { code, stdout } = await runHere(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: flotilla ${name}`);
    expect(stdout).toContain('Examples:\n  ');
    expect(stdout).toContain('--kubeconfig');
  });
});

describe('serve', () => {
  it('refuses a bad setting in one line, before it starts anything', async () => {
    const { code, stdout, stderr } = await run(['serve', '--port', '70000']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('flotilla: api.port (--port): "70000" is not allowed; use a whole number from 0 to 65535\n');
  });

  it('names a configuration file that is not there', async () => {
    const { code, stderr } = await run(['serve', '--config', '/nowhere.yaml']);
    expect([code, stderr]).toEqual([
      1,
      'flotilla: The configuration file /nowhere.yaml cannot be read (ENOENT): check the path of --config\n',
    ]);
  });
});
