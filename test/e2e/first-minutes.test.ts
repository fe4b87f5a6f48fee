/** What the operator meets: the start, its words, the stop, and the mistakes that each get one line. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../support/fleet.ts';
import { FlotillaProcess } from '../support/flotilla.ts';
import { Kubectl } from '../support/kubectl.ts';

async function freshFleet(options: Parameters<typeof createFleet>[0] = {}): Promise<FlotillaProcess> {
  const fleet = await createFleet(options);
  onTestFinished(() => fleet.close());
  return fleet.flotilla;
}

/** Starts what cannot start; answers its exit code and what it said. */
async function failedStart(flotilla: FlotillaProcess): Promise<{ code: number | null; lines: string[] }> {
  flotilla.spawn();
  const code = await flotilla.exited;
  return { code, lines: flotilla.output.trim().split('\n') };
}

describe.skipIf(missing !== undefined)(modeTitle('flotilla serve'), () => {
  it('tells its steps, the addresses and what to try, and keeps the kubeconfig private', async () => {
    const flotilla = await (await freshFleet()).start();
    for (const text of ['/dashboard', '/docs', flotilla.kubeconfig, 'kubectl --kubeconfig']) {
      expect(flotilla.output).toContain(text);
    }
    const { token } = await flotilla.access();
    expect(flotilla.output).not.toContain(token);
    expect((await stat(flotilla.kubeconfig)).mode & 0o777).toBe(0o600);
    expect(await readFile(flotilla.kubeconfig, 'utf8')).toContain('current-context: flotilla');
  });

  it('stops cleanly at Ctrl-C and finds the same fleet at the next start', async () => {
    const flotilla = await (await freshFleet()).start();
    const kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    onTestFinished(() => kubectl.close());
    await kubectl.run('rollout', 'status', 'deployment/hello', '--timeout=30s');
    const uids = (): Promise<string> =>
      kubectl.run('get', 'nodes,pods,deploy', '-o', 'jsonpath={.items[*].metadata.uid}');
    const before = await uids();
    const kubeconfig = await readFile(flotilla.kubeconfig, 'utf8');
    expect(await flotilla.kill('SIGINT')).toBe(0);
    await flotilla.start();
    expect(await readFile(flotilla.kubeconfig, 'utf8')).toBe(kubeconfig);
    expect(await uids()).toBe(before);
    const restarts = 'jsonpath={.items[*].status.containerStatuses[*].restartCount}';
    expect(await kubectl.run('get', 'pods', '-o', restarts)).toBe('0 0 0');
  });

  it('seeds nothing with --empty', async () => {
    const flotilla = await (await freshFleet({ args: ['--empty'] })).start();
    const kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    onTestFinished(() => kubectl.close());
    expect(await kubectl.run('get', 'nodes,nodepools,deployments,pods', '-A', '-o', 'name')).toBe('');
    const namespaces = await kubectl.run('get', 'namespaces', '-o', 'name');
    expect(namespaces.trim().split('\n')).toEqual(
      ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => `namespace/${name}`),
    );
  });

  it('names the fix for a busy port', async () => {
    const flotilla = await freshFleet();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(flotilla.port, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { code, lines } = await failedStart(flotilla);
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain(`Port ${flotilla.port}`);
    expect(lines.at(-1)).toContain('--port');
  });

  it('names the fix for a database that does not answer, without its password', async () => {
    const databaseUrl = 'postgres://someone:hush-hush@127.0.0.1:1/nothing';
    const flotilla = await FlotillaProcess.create({ databaseUrl });
    onTestFinished(() => flotilla.close());
    const { code, lines } = await failedStart(flotilla);
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain('DATABASE_URL');
    expect(flotilla.output).not.toContain('hush-hush');
  });

  it('names the fix for a home that is no folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-no-home-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'file');
    await writeFile(file, '');
    const flotilla = await freshFleet({ env: { FLOTILLA_HOME: join(file, 'home') } });
    const { code, lines } = await failedStart(flotilla);
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain('FLOTILLA_HOME');
  });
});
