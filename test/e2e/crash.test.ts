/** kill -9 in mid-load: what was acknowledged is there, no pod ran twice, no revision went back. */
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../support/fleet.ts';
import type { Access, FlotillaProcess } from '../support/flotilla.ts';
import { deploymentManifest, podManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';

interface Pod {
  metadata: { name: string; uid: string; resourceVersion: string };
  status: { phase: string; containerStatuses?: { restartCount: number; containerID: string }[] };
}
interface List {
  metadata: { resourceVersion: string };
  items: Pod[];
}

const PODS = '/api/v1/namespaces/default/pods';
const WRITERS = 8;

/** Creates pods one after another until the server is gone; answers what was acknowledged. */
async function writeUntilGone({ server, ca, token }: Access, writer: number, acknowledged: Map<string, string>) {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    for (let count = 0; ; count += 1) {
      const name = `load-${writer}-${count}`;
      const { statusCode, body } = await request(`${server}${PODS}`, {
        dispatcher,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(podManifest(name, 'default')),
      });
      const answer = (await body.json()) as Pod;
      if (statusCode === 201) {
        acknowledged.set(name, answer.metadata.uid);
      }
    }
  } catch {
    // The connection broke: that is how this ends.
  } finally {
    await dispatcher.destroy();
  }
}

const list = async (flotilla: FlotillaProcess): Promise<List> =>
  JSON.parse((await flotilla.request(PODS)).text) as List;

describe.skipIf(missing !== undefined)(modeTitle('kill -9 in mid-load'), () => {
  it('loses nothing that was acknowledged, starts nothing twice, never goes back', async () => {
    const fleet = await createFleet();
    onTestFinished(() => fleet.close());
    const { flotilla } = fleet;
    await flotilla.start();
    const deployment = deploymentManifest('steady', 'default', 5);
    await flotilla.request('/apis/apps/v1/namespaces/default/deployments', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(deployment),
    });
    const acknowledged = new Map<string, string>();
    const access = await flotilla.access();
    const writers = Array.from({ length: WRITERS }, (_, writer) => writeUntilGone(access, writer, acknowledged));
    await until(() => acknowledged.size > 150);
    const before = await list(flotilla);
    await flotilla.kill('SIGKILL');
    await Promise.all(writers);

    await flotilla.start();
    const after = await list(flotilla);
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(before.metadata.resourceVersion));
    const uids = new Map(after.items.map(({ metadata }) => [metadata.name, metadata.uid]));
    expect([...acknowledged].filter(([name, uid]) => uids.get(name) !== uid)).toEqual([]);

    const settled = await until(
      async () => {
        const now = await list(flotilla);
        return now.items.every(({ status }) => status.phase === 'Running') ? now : undefined;
      },
      undefined,
      90_000,
    );
    const statuses = settled.items.flatMap(({ status }) => status.containerStatuses ?? []);
    expect(statuses.filter(({ restartCount }) => restartCount > 0)).toEqual([]);
    const started = new Map(
      before.items.flatMap(({ metadata, status }) => {
        const id = status.containerStatuses?.[0]?.containerID;
        return id === undefined || id === '' ? [] : [[metadata.uid, id] as const];
      }),
    );
    const restarted = settled.items.filter(({ metadata, status }) => {
      const id = started.get(metadata.uid);
      return id !== undefined && status.containerStatuses?.[0]?.containerID !== id;
    });
    expect(restarted).toEqual([]);
  });
});
