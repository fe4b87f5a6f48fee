/**
 * controllers/: the control plane. Each controller is a row of the table below: what wakes it (pure triggers), and a
 * reconciler over keys. May import registry, queue (contracts), resources, values, timing, errors. Never talks to a
 * runtime or a kubelet but through objects, never holds truth: the views are caches, every write is compared and fenced.
 */
import type { BatchReconciler } from '../queue/reconciler.ts';
import { EventRecorder } from '../registry/event-recorder.ts';
import type { Trigger } from '../registry/registry.ts';
import { bootstrapTokenController } from './bootstrap-token/controller.ts';
import { certificateRequestController } from './certificate-request/controller.ts';
import type { ControllerContext, ControllerDefinition } from './controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { staleDisruptionController } from './disruption/stale-targets.ts';
import { drainController } from './drain/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import { ephemeralVolumeController } from './ephemeral-volume/controller.ts';
import { eventTtlController } from './event-ttl/controller.ts';
import { emitter } from './events.ts';
import { faultController } from './fault/controller.ts';
import { garbageCollector } from './garbage-collector/controller.ts';
import { jobController } from './job/controller.ts';
import { jobTtlController } from './job-ttl/controller.ts';
import { kubeletConfigController } from './kubelet-config/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeLifecycleController } from './node-lifecycle/controller.ts';
import { nodePoolController } from './nodepool/controller.ts';
import { podGcController } from './pod-gc/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { rootCaController } from './root-ca/controller.ts';
import { schedulerController } from './scheduler/controller.ts';
import { serviceAccountController } from './service-account/controller.ts';
import { serviceAccountTokenController } from './service-account-token/controller.ts';
import { simulationProfileController } from './simulation-profile/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { taintEvictionController } from './taint-eviction/controller.ts';
import { Views } from './views/views.ts';
import { volumeBindingController } from './volume-binding/controller.ts';
import { claimProtectionController } from './volume-protection/claim-protection.ts';
import { volumeProtectionController } from './volume-protection/volume-protection.ts';

/** Adding a controller is one folder and one line here. */
export const CONTROLLERS: readonly ControllerDefinition[] = [
  nodePoolController,
  drainController,
  kubeletConfigController,
  faultController,
  simulationProfileController,
  volumeBindingController,
  claimProtectionController,
  volumeProtectionController,
  ephemeralVolumeController,
  schedulerController,
  replicaSetController,
  deploymentController,
  daemonSetController,
  statefulSetController,
  jobController,
  jobTtlController,
  cronJobController,
  endpointSliceController,
  endpointSliceMirroringController,
  endpointsController,
  disruptionController,
  staleDisruptionController,
  nodeLifecycleController,
  taintEvictionController,
  podGcController,
  garbageCollector,
  namespaceController,
  serviceAccountController,
  serviceAccountTokenController,
  rootCaController,
  certificateRequestController,
  bootstrapTokenController,
  eventTtlController,
];

/** What makes the controllers' work due; every process that writes objects evaluates these. */
export const controllerTriggers: readonly Trigger[] = CONTROLLERS.flatMap(({ triggers }) => triggers);

export type ControllersOptions = Omit<ControllerContext, 'views' | 'events'>;

export interface Controllers {
  readonly reconcilers: readonly BatchReconciler[];
  readonly triggers: readonly Trigger[];
  /** Keys for the queue's sweep to keep due. */
  readonly periodic: readonly { readonly shard: string; readonly key: string; readonly everyMs: number }[];
  /**
   * Resolves when the views are filled; then follows the feed and writes events until the signal aborts. `ended`
   * resolves when the last event is written.
   */
  start(signal: AbortSignal): Promise<{ readonly ended: Promise<unknown> }>;
}

export function createControllers(options: ControllersOptions): Controllers {
  const { registry, clock, logger } = options;
  const views = new Views(options);
  const recorders: EventRecorder[] = [];
  const events: ControllerContext['events'] = (component, style) => {
    const recorder = new EventRecorder(component, clock, logger, style);
    recorders.push(recorder);
    return emitter(recorder);
  };
  const context: ControllerContext = { ...options, views, events };
  const controllers = CONTROLLERS.map(({ name, create }) => ({ name, ...create(context) }));
  return {
    reconcilers: controllers.map(({ reconciler }) => reconciler),
    triggers: controllerTriggers,
    periodic: controllers.flatMap(({ name, periodic = [] }) => periodic.map((entry) => ({ shard: name, ...entry }))),
    async start(signal) {
      const ended = Promise.all(recorders.map((recorder) => recorder.run(registry, signal)));
      await views.start(signal);
      return { ended };
    },
  };
}
