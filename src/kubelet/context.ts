/** What every part of the kubelet is given. Built once by create-kubelet.ts. */
import type { Logger } from '../logger.ts';
import type { EventRecorder } from '../registry/event-recorder.ts';
import type { NodeLeases } from '../registry/node-leases.ts';
import type { Registry } from '../registry/registry.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import type { Latecomers } from '../timing/latecomers.ts';
import type { Random } from '../timing/random.ts';
import type { KubeletConfiguration, WholeConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { AdmittedPods } from './admitted-pods.ts';
import type { DeadContainerLimits } from './dead-containers/plan.ts';
import type { NodePressure } from './eviction/node-pressure.ts';
import type { Reclaimed } from './eviction/reclaimed.ts';
import type { FailureBackOff } from './failure-back-off.ts';
import type { FaultView } from './faults/fault-view.ts';
import type { ImageCollector } from './images/image-collector.ts';
import type { LateTurns } from './late-turns.ts';
import type { NodePost } from './node-post.ts';
import type { ProbeCounts } from './pages/probe-counts.ts';
import type { Pod } from './pod.ts';
import type { LateTurn } from './pod-work.ts';
import type { RunningHandlers } from './running-handlers.ts';
import type { ServiceEnvOf } from './service-links.ts';
import type { Manifests } from './static-pods/manifest-folder.ts';

/** The kubelet's slice of the configuration. */
export interface KubeletSettings {
  /** Of every node, where the node has nothing of its own. */
  readonly configuration: WholeConfiguration;
  /** What flags, variables and our own file say, which is stronger than any KubeletConfig. */
  readonly flags?: KubeletConfiguration;
  /** Of nodes that register. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Default: as the kubelet's. */
  readonly deadContainers?: DeadContainerLimits;
  readonly renewIntervalMs: number;
  readonly syncConcurrency: number;
}

interface Wakened {
  readonly pod: Pick<Pod, 'metadata'>;
  readonly node: { readonly metadata: { readonly name: string } };
}

export interface KubeletContext {
  readonly registry: Registry;
  readonly nodeLeases: NodeLeases;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly config: KubeletSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly recorder: EventRecorder;
  readonly failures: FailureBackOff;
  /** Of volumes. */
  readonly mounts: FailureBackOff;
  readonly admitted: AdmittedPods;
  readonly pressure: NodePressure;
  readonly reclaimed: Reclaimed;
  readonly collector: ImageCollector;
  readonly faults: FaultView;
  /** Pulls this process has asked for and not seen the end of: `<pod uid>/<image>`. Only words events depend on it. */
  readonly pulls: BoundedMap<string, true>;
  /** Containers whose end was announced: `<pod uid>/<container>/<attempt>`. */
  readonly announced: BoundedMap<string, true>;
  /** When the volumes of a node's pods were measured last, by its name. */
  readonly measured: BoundedMap<string, number>;
  /** Names of nodes that were not schedulable when this process looked last. Only words of events depend on it. */
  readonly cordoned: Set<string>;
  readonly handlers: RunningHandlers;
  readonly podTurns: LateTurns<LateTurn>;
  readonly nodeTurns: LateTurns<NodePost>;
  /** What passes do beside their turns. */
  readonly besides: Latecomers;
  readonly probes: ProbeCounts;
  readonly serviceEnvOf: ServiceEnvOf;
  /** Of static pods; undefined: there are none. */
  readonly manifests: Manifests | undefined;
  /** Has a pod looked at soon. */
  readonly wake: (pod: Wakened) => void;
  /** Has nodes looked at soon. */
  readonly wakeNodes: (names: ReadonlySet<string>) => void;
}
