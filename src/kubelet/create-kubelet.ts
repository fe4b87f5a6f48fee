/**
 * The kubelet of every virtual node: keeps nodes registered and reported, and makes bound pods real through a
 * runtime. One reconciler for the shards `kubelet/<n>` over the keys `node/<name>` and `pod/<namespace>/<name>/<uid>`.
 * May import registry, queue (contract), runtimes/runtime.ts, resources, values, timing, errors. Never schedules,
 * never touches a node without our annotation, never keeps in memory what it could not afford to lose.
 */
import type { Logger } from '../logger.ts';
import type { BatchReconciler, Doorbell, DueKey, DueStore, ReconcileContext } from '../queue/reconciler.ts';
import { EventRecorder } from '../registry/event-recorder.ts';
import type { NodeLeases } from '../registry/node-leases.ts';
import type { Registry, Trigger } from '../registry/registry.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import { Latecomers } from '../timing/latecomers.ts';
import type { Random } from '../timing/random.ts';
import { AdmittedPods } from './admitted-pods.ts';
import { BESIDE_TICK_MS } from './beside.ts';
import type { KubeletContext, KubeletSettings } from './context.ts';
import { followDeadContainers } from './dead-containers/collect-containers.ts';
import { NodePressure } from './eviction/node-pressure.ts';
import { Reclaimed } from './eviction/reclaimed.ts';
import { FailureBackOff } from './failure-back-off.ts';
import { FAULTS_KEY, FaultView } from './faults/fault-view.ts';
import { followRuntime, followStaticPods } from './follow-sources.ts';
import { ImageCollector } from './images/image-collector.ts';
import { LateTurns } from './late-turns.ts';
import { eventRateOf } from './node-settings.ts';
import { ProbeCounts } from './pages/probe-counts.ts';
import { nodeKey, nodeNameOf, parsePodKey } from './pod-key.ts';
import { type Results, settle } from './reconcile-results.ts';
import { RunningHandlers } from './running-handlers.ts';
import { type ServiceEnvOf, ServiceLinks } from './service-links.ts';
import type { Manifests } from './static-pods/manifest-folder.ts';
import { syncNodes } from './sync-nodes.ts';
import { syncPods } from './sync-pods.ts';
import { kubeletTriggers } from './triggers.ts';
import { wakeKeys, wakeKubelets } from './wake-kubelets.ts';

export interface KubeletOptions {
  readonly registry: Registry;
  readonly nodeLeases: NodeLeases;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly config: KubeletSettings;
  /** How many kubelet shards there are. */
  readonly shards: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where a runtime's events make pods due. Without them such a pod waits for its next due time. */
  readonly due?: Pick<DueStore, 'add'>;
  readonly doorbell?: Doorbell;
  /** Shared with the pages of the nodes. */
  readonly probes?: ProbeCounts;
  readonly faults?: FaultView;
  /** Default: followed by a watch of its own, from `start` on. */
  readonly serviceEnvOf?: ServiceEnvOf;
  /** Where static pods come from. */
  readonly manifests?: Manifests;
}

export interface Kubelet {
  readonly reconciler: BatchReconciler;
  readonly triggers: readonly Trigger[];
  /** Renews the leases of a shard's nodes. */
  heartbeat(shard: string): Promise<void>;
  /** Writes events and listens to the runtimes until the signal aborts; resolves when the last event is written. */
  start(signal: AbortSignal): Promise<void>;
}

export function createKubelet(options: KubeletOptions): Kubelet {
  const { registry, nodeLeases, runtimes, config, shards, clock, random, logger } = options;
  const links = new ServiceLinks(clock, random);
  const wake = wakeKubelets(shards, options.due, options.doorbell);
  const wakeKey = wakeKeys(options.due, options.doorbell, (err) => logger.warn({ err }, 'cannot wake what is over'));
  const context: KubeletContext = {
    manifests: options.manifests,
    serviceEnvOf: options.serviceEnvOf ?? links.envOf,
    ...{ registry, nodeLeases, runtimes, config, clock, random, logger },
    recorder: new EventRecorder('kubelet', clock, logger, { rate: eventRateOf(config.configuration) }),
    failures: new FailureBackOff(),
    // Source: pkg/util/goroutinemap/exponentialbackoff.
    mounts: new FailureBackOff(500, 122_000),
    admitted: new AdmittedPods(registry),
    pressure: new NodePressure(),
    reclaimed: new Reclaimed(),
    collector: new ImageCollector(),
    faults: options.faults ?? new FaultView({ registry, clock, random, logger }),
    pulls: new BoundedMap(100_000),
    announced: new BoundedMap(100_000),
    measured: new BoundedMap(20_000),
    cordoned: new Set(),
    handlers: new RunningHandlers(clock),
    podTurns: new LateTurns(clock, wakeKey),
    nodeTurns: new LateTurns(clock, wakeKey),
    besides: new Latecomers(clock, BESIDE_TICK_MS),
    probes: options.probes ?? new ProbeCounts(),
    wakeNodes: (names) => {
      // A node that cannot be made due now is looked at by its own due time.
      wake([...names].map((nodeName) => ({ nodeName }))).catch((err: unknown) =>
        logger.warn({ err }, 'cannot wake nodes'),
      );
    },
    wake: ({ pod: { metadata }, node }) => {
      // A pod that cannot be made due now is looked at when its handler must be over.
      wake([{ nodeName: node.metadata.name, pod: metadata }]).catch((err: unknown) =>
        logger.warn({ err, pod: metadata.uid }, 'cannot wake a pod'),
      );
    },
  };
  return {
    reconciler: { name: 'kubelet', reconcileBatch: (keys, reconcile) => reconcileBatch(context, keys, reconcile) },
    triggers: kubeletTriggers(shards),
    heartbeat: async (shard) => {
      // A repeated or late job must not renew twice within a period.
      await nodeLeases.renewShard(shard, config.renewIntervalMs / 2);
    },
    start: async (signal) => {
      const followed = [...runtimes.values()].flatMap((runtime) => [
        followRuntime(options, runtime, wake, signal),
        followDeadContainers(options, runtime, signal),
      ]);
      if (options.serviceEnvOf === undefined) {
        followed.push(
          links.start(registry, signal, (err) => logger.warn({ err }, 'view of the services lost, listing again')),
        );
      }
      if (options.manifests !== undefined) {
        followed.push(followStaticPods(options, options.manifests, wake, signal));
      }
      await Promise.all([context.recorder.run(registry, signal), ...followed]);
    },
  };
}

async function reconcileBatch(
  context: KubeletContext,
  keys: readonly DueKey[],
  reconcile: ReconcileContext,
): Promise<Results> {
  const results: Results = new Map();
  const haveChanged = keys.some(({ key }) => key === FAULTS_KEY);
  await (haveChanged ? context.faults.refresh() : context.faults.ready());
  const names = keys.flatMap(({ key }) => nodeNameOf(key) ?? []);
  const pods = keys.flatMap(({ key, note }) => parsePodKey(key, note) ?? []);
  await settle(results, names.map(nodeKey), () => syncNodes(context, names, reconcile, results));
  const podKeys = pods.map(({ key }) => key);
  await settle(results, podKeys, () => syncPods(context, pods, reconcile, results));
  return results;
}
