/** client-go 0.34, told to speak protobuf alone: its typed clients read what we write of every kind. Needs Go and
 * its modules. */
import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { podManifest } from '../support/manifests.ts';

const run = promisify(execFile);
const FOLDER = resolve(import.meta.dirname, 'client-go');
const BINARY = resolve(import.meta.dirname, '../../node_modules/.cache/flotilla-client-go', `client-${process.pid}`);
/** The first build on a machine fetches and compiles all of client-go. */
const BUILD_MS = 600_000;
const DOWNLOAD_MS = 60_000;

function missingGo(): string | undefined {
  try {
    execFileSync('go', ['mod', 'download'], { cwd: FOLDER, timeout: DOWNLOAD_MS, stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no go on this machine, or no modules for it';
  }
}

describe.skipIf((missing ?? missingGo()) !== undefined)(modeTitle('client-go'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  beforeAll(async () => {
    await run('go', ['build', '-o', BINARY, '.'], { cwd: FOLDER });
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
  }, BUILD_MS);
  afterAll(async () => {
    await kubectl.close();
    await run('rm', ['-f', BINARY]);
  });

  it('creates, reads, lists, watches and deletes in protobuf alone', async () => {
    await kubectl.run('create', 'namespace', 'from-go');
    await kubectl.apply(podManifest('box', 'from-go'));
    await kubectl.run('-n', 'from-go', 'wait', 'pod/box', '--for=condition=Ready');
    const { stdout, stderr } = await run(BINARY, [flotilla().kubeconfig, 'from-go']);
    const saw = JSON.parse(stdout) as { lists: Record<string, number>; protobuf: number; [name: string]: unknown };
    expect(saw['other']).toBe(0);
    // Of the list of endpoints; nothing else is complained of.
    expect(stderr).toMatch(
      /^I.* "Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice"\n$/,
    );
    expect(saw).toMatchObject({
      created: { k: 'v', empty: '' },
      watched: { type: 'ADDED', same: true },
      managedFields: 1,
      conflict: true,
      invalid: true,
      missing: 'configmaps "nothing" not found',
      user: true,
      pods: [expect.stringMatching(/^box Running /)],
      partial: 1,
    });
    const listed = async (resource: string): Promise<number> =>
      (await kubectl.run('get', resource, '-A', '-o', 'name')).trim().split('\n').length;
    for (const kind of ['nodes', 'namespaces', 'leases', 'deployments', 'priorityclasses'] as const) {
      expect([kind, saw.lists[kind]]).toEqual([kind, await listed(kind)]);
    }
  });
});
