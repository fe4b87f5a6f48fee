/** A fleet goes into a file and comes back: what was there runs again, what came later is gone, old watches list anew. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, type Fleet, missing, modeTitle } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { deploymentManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: { readonly phase: string };
}

describe.skipIf(missing !== undefined)(modeTitle('flotilla snapshot'), () => {
  let fleet: Fleet;
  let kubectl: Kubectl;
  beforeAll(async () => {
    fleet = await createFleet();
    await fleet.flotilla.start();
    kubectl = await Kubectl.create(34, fleet.flotilla.kubeconfig);
  });
  afterAll(async () => {
    await kubectl?.close();
    await fleet?.close();
  });
  const pods = async (): Promise<string[]> =>
    (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', 'app=web')).items
      .filter(({ status }) => status.phase === 'Running')
      .map(({ metadata }) => metadata.uid)
      .sort();

  it('saves, restores and exports', async () => {
    const { flotilla } = fleet;
    const file = join(flotilla.home, 'fleet.jsonl.gz');
    await kubectl.apply(deploymentManifest('web', 'default', 4));
    await until(async () => (await pods()).length === 4);
    const before = await pods();
    const list = JSON.parse((await flotilla.request('/api/v1/pods?limit=1')).text) as {
      metadata: { resourceVersion: string };
    };
    await flotilla.kill('SIGTERM');
    expect(await flotilla.command('snapshot', 'save', file)).toContain('rows are in');
    expect(gunzipSync(await readFile(file)).toString()).toMatch(/^\{"flotillaSnapshot":1,/);

    await flotilla.start();
    await kubectl.run('delete', 'deployment', 'web');
    await kubectl.run('create', 'configmap', 'later', '--from-literal=a=b');
    await until(async () => (await pods()).length === 0);
    await flotilla.kill('SIGTERM');
    expect(await flotilla.command('snapshot', 'restore', file)).toContain('The fleet is restored');

    await flotilla.start();
    await until(async () => (await pods()).length === 4);
    expect(await pods()).toEqual(before);
    const old = await flotilla.request(`/api/v1/pods?watch=true&resourceVersion=${list.metadata.resourceVersion}`);
    expect(old.text).toContain('"code":410');
    expect(await kubectl.run('get', 'configmaps')).not.toContain('later');
    await kubectl.run('scale', 'deployment/web', '--replicas=6');
    await until(async () => (await pods()).length === 6);
    await until(async () => (await kubectl.run('get', 'nodes')).match(/ Ready /g)?.length === 10);

    const manifests = await flotilla.command('snapshot', 'export');
    expect(manifests).toContain('kind: Deployment');
    expect(manifests).not.toContain('kind: ReplicaSet');
    expect(manifests).not.toContain('status:');
  });

  it('refuses what is no snapshot', async () => {
    const { flotilla } = fleet;
    await flotilla.kill('SIGTERM');
    const { home, kubeconfig } = flotilla;
    for (const [args, told] of [
      [['restore', kubeconfig], `${kubeconfig} cannot be read (it is no gzip)`],
      [['restore', join(home, 'nosuch')], 'cannot be read (ENOENT)'],
      [['save', home], `${home} cannot be written (EISDIR)`],
    ] as const) {
      await expect(flotilla.command('snapshot', ...args)).rejects.toThrow(told);
    }
    await flotilla.start();
    expect((await pods()).length).toBeGreaterThan(0);
  });
});
