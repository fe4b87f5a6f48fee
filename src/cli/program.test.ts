import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand, useFakeApi } from '../../test/support/command-line.ts';
import { startFakeApi } from '../../test/support/fake-api.ts';

const { api, run } = useFakeApi(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'flotilla-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a wrong usage', () => {
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
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('kubeconfig and token', () => {
  it('print the path, the content and the token', async () => {
    expect(await run('kubeconfig')).toMatchObject({ code: 0, stdout: `${api().kubeconfig}\n` });
    expect(JSON.parse((await run('kubeconfig', '-o', 'json')).stdout)).toEqual({ path: api().kubeconfig });
    expect((await run('kubeconfig', '--raw')).stdout).toContain('current-context: flotilla');
    expect(await run('token')).toMatchObject({ code: 0, stdout: `${api().token}\n` });
  });

  it('look in FLOTILLA_HOME, never elsewhere', async () => {
    const env = { FLOTILLA_HOME: folder, HOME: folder, KUBECONFIG: api().kubeconfig };
    const { code, stderr } = await runCommand(['token'], env);
    expect(code).toBe(3);
    expect(stderr).toContain(`There is no kubeconfig at ${join(folder, 'kubeconfig')}: start Flotilla with npm start`);
  });

  it('say what a damaged kubeconfig lacks', async () => {
    const path = join(folder, 'damaged');
    writeFileSync(path, 'users: [');
    const { code, stderr } = await runCommand(['--kubeconfig', path, 'token']);
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
    const { code, stderr } = await runCommand(['--kubeconfig', other.kubeconfig, 'status']);
    expect([code, stderr]).toEqual([3, `flotilla: Flotilla is not running at ${other.url}: start it with npm start\n`]);
    await other.close();
  });

  it('is another: its certificate is not trusted', async () => {
    const other = await startFakeApi();
    const path = join(folder, 'mixed');
    const config = parse((await runCommand(['--kubeconfig', other.kubeconfig, 'kubeconfig', '--raw'])).stdout);
    config.clusters[0].cluster.server = api().url;
    writeFileSync(path, JSON.stringify(config));
    const { code, stderr } = await runCommand(['--kubeconfig', path, 'status']);
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
    api().answer = () => answer;
    const { code, stdout, stderr } = await run('scale', 'default', '--replicas', '1');
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(api().token);
  });
});

describe('help', () => {
  it('has examples, exit codes and the version', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found');
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['serve', 'status', 'scale', 'kubeconfig', 'token', 'bump-revision', 'runtime-test', 'completion'])(
    'of %s has examples',
    async (name) => {
      const { code, stdout } = await run(name, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: flotilla ${name}`);
      expect(stdout).toContain('Examples:\n  ');
      expect(stdout).toContain('--kubeconfig');
    },
  );
});

describe('runtime-test', () => {
  it('keeps to the form that is asked for', async () => {
    const args = ['runtime-test', 'simulated', '--filter', 'run, with an id', '-o', 'yaml'];
    // The time of these tests is no runtime's: only the form counts.
    const { stdout } = await runCommand(args);
    const name = 'containers: run, with an id and their image';
    expect(parse(stdout)).toEqual([expect.objectContaining({ name, tookMs: expect.any(Number) })]);
  });

  it('takes the name of a package, and not only a path', async () => {
    const { code, stderr } = await runCommand(['runtime-test', 'flotilla-runtime-nosuch']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('module "flotilla-runtime-nosuch" cannot be loaded')]);
  });
});

describe('serve', () => {
  it('shows durations as they are written', async () => {
    const { stdout } = await runCommand(['serve', '--help']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/Default: \d+(m?s|m|h)\b/);
    expect(stdout).not.toMatch(/Default:\s+\d+000\b/);
  });

  it('refuses a bad setting in one line, before it starts anything', async () => {
    const { code, stdout, stderr } = await runCommand(['serve', '--port', '70000']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('flotilla: api.port (--port): "70000" is not allowed; use a whole number from 0 to 65535\n');
  });

  it('blames the environment with 1: the command line is as it should be', async () => {
    const { code, stderr } = await runCommand(['serve'], { FLOTILLA_PORT: '70000' });
    expect([code, stderr.split(':')[1]]).toEqual([1, ' api.port (FLOTILLA_PORT)']);
  });

  it('refuses some of the roles without a database that others could share', async () => {
    const { code, stderr } = await runCommand(['serve', '--role', 'worker', '--home', folder]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'flotilla: roles (worker) without DATABASE_URL: no other process could share the embedded PostgreSQL and be its ' +
        'api and controller; set DATABASE_URL to the database of the fleet, or run all roles in one process\n',
    );
  });

  it('names a configuration file that is not there', async () => {
    const { code, stderr } = await runCommand(['serve', '--config', '/nowhere.yaml']);
    expect([code, stderr]).toEqual([
      1,
      'flotilla: The configuration file /nowhere.yaml cannot be read (ENOENT): check the path of --config\n',
    ]);
  });
});
