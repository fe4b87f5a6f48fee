/** The roles `worker` and `controller`: kubelets and the control plane, on one worker of the queue. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { allowAuthenticated } from '../auth/allow-authenticated.ts';
import { createNodeAuthorizer } from '../auth/nodes/node-authorizer.ts';
import type { Certificates } from '../controllers/controller.ts';
import { createControllers } from '../controllers/index.ts';
import { createKubelet } from '../kubelet/create-kubelet.ts';
import { manifestFolders } from '../kubelet/static-pods/manifest-folder.ts';
import { wakeKubelets } from '../kubelet/wake-kubelets.ts';
import type { BatchReconciler } from '../queue/reconciler.ts';
import type { WorkerOptions } from '../queue/worker.ts';
import type { Registry } from '../registry/registry.ts';
import { ringShards } from '../registry/ring-shards.ts';
import { unlessAborted } from '../timing/unless-aborted.ts';
import type { Core } from './core.ts';
import type { Process } from './process.ts';

const LAST_EVENTS_MS = 1_000;

const mayRequest =
  (registry: Registry): Certificates['mayRequest'] =>
  async (user, subresource) => {
    const what = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', subresource };
    return (await createNodeAuthorizer(registry, allowAuthenticated).authorize(user, { verb: 'create', ...what }))
      .allowed;
  };

export async function startWorkers(self: Process, core: Core): Promise<void> {
  const { config, clock, random, logger, signal, teardown } = self;
  const { heavy, registry, storage, queue, runtimes, clientAuthority, probes, faults } = core;
  const { nodeLeases, due, shards } = storage;
  const shared = { registry, nodeLeases, clock, random, logger };
  const reconcilers: BatchReconciler[] = [];
  const background: Promise<unknown>[] = [];
  const periodic: WorkerOptions['periodic'][number][] = [];
  let heartbeat: WorkerOptions['heartbeat'];
  if (config.roles.includes('worker')) {
    const { doorbell } = queue;
    const manifests = manifestFolders((text) => heavy.parse('yaml', text), clock);
    const own = { runtimes, config: config.kubelet, shards, due, doorbell, probes, faults, manifests };
    await faults.start(signal);
    const kubelet = createKubelet({ ...shared, ...own });
    background.push(kubelet.start(signal));
    reconcilers.push(kubelet.reconciler);
    const everyMs = config.kubelet.renewIntervalMs;
    heartbeat = { shards: () => nodeLeases.shards(), everyMs, run: (shard) => kubelet.heartbeat(shard) };
  }
  if (config.roles.includes('controller')) {
    const controllers = createControllers({
      ...shared,
      wakeKubelets: wakeKubelets(shards, due, queue.doorbell),
      makeDue: async (refs) => {
        await due.add(refs);
        ringShards(queue.doorbell, refs);
      },
      certificates: { issuer: clientAuthority, mayRequest: mayRequest(registry) },
      apiAuthorities: () => storage.apiAuthorities.all(),
      issueAccountToken: core.accountTokens.issueForSecret,
      config: { ...config.controllers, scheduler: config.scheduler, seed: config.seed },
    });
    background.push((await controllers.start(signal)).ended);
    reconcilers.push(...controllers.reconcilers);
    periodic.push(...controllers.periodic);
  }
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const worker = await queue.startWorker({
    ...{ reconcilers, due, periodic, holder, signal },
    ...(heartbeat === undefined ? {} : { heartbeat }),
  });
  teardown.add('last events', async () => {
    await unlessAborted(Promise.all(background), AbortSignal.timeout(LAST_EVENTS_MS));
  });
  teardown.add('worker', () => worker.stop());
}
