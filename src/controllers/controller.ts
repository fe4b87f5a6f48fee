/** What a controller is: a row of the table in index.ts. */
import type { Logger } from '../logger.ts';
import type { BatchReconciler } from '../queue/reconciler.ts';
import type { EventStyle } from '../registry/event-recorder.ts';
import type { NodeLeases } from '../registry/node-leases.ts';
import type { DueRef, Registry, Trigger } from '../registry/registry.ts';
import type { CertificateIssuer } from '../resources/certificates/certificate-order.ts';
import type { Requester } from '../resources/define-resource.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { SchedulerSettings } from '../values/scheduler-profile.ts';
import type { Emit } from './events.ts';
import type { Views } from './views/views.ts';

/** The slice of the configuration that controllers read. Milliseconds, unless the name says seconds. */
export interface ControllerSettings {
  readonly nodeMonitorPeriodMs: number;
  readonly nodeMonitorGracePeriodMs: number;
  readonly podGcIntervalMs: number;
  readonly podGcQuarantineMs: number;
  readonly nodeStartupGracePeriodMs: number;
  readonly nodeEvictionRate: number;
  readonly secondaryNodeEvictionRate: number;
  readonly unhealthyZoneThreshold: number;
  readonly largeClusterSizeThreshold: number;
  readonly terminatedPodGcThreshold: number;
  readonly scheduler: SchedulerSettings;
  /** Of the scheduler's choice between equals. */
  readonly seed: number;
}

/** Whoever signs for clients of the API, and who may have certificates without being looked at. */
export interface Certificates {
  readonly issuer: CertificateIssuer;
  /** As the API's authorizer says. */
  readonly mayRequest: (user: Requester, subresource: 'nodeclient' | 'selfnodeclient') => Promise<boolean>;
}

/** A node, or a pod on it. */
export interface KubeletTarget {
  readonly nodeName: string;
  readonly pod?: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Not at once: many that begin together would be late together. */
  readonly afterMs?: number;
}

export interface ControllerContext {
  readonly registry: Registry;
  readonly nodeLeases: NodeLeases;
  readonly config: ControllerSettings;
  readonly certificates: Certificates;
  /** PEM: whom clients of the API trust. None before the first process of the API has started. */
  readonly apiAuthorities: () => Promise<readonly string[]>;
  /** A token of a service account for a secret: it lasts as long as the two, and as the secret holds it. */
  readonly issueAccountToken: (
    account: { readonly namespace: string; readonly name: string; readonly uid: string },
    secretName: string,
  ) => Promise<string>;
  readonly views: Views;
  /** Has kubelets look at nodes, or at pods on them. */
  readonly wakeKubelets: (targets: Iterable<KubeletTarget>) => Promise<void>;
  /** Has keys of controllers looked at, as triggers do. */
  readonly makeDue: (refs: readonly DueRef[]) => Promise<void>;
  /** Records events in the name of a component, e.g. `replicaset-controller`. */
  readonly events: (component: string, style?: EventStyle) => Emit;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Controller {
  readonly reconciler: BatchReconciler;
  /** Keys looked at every `everyMs` for ever; the reconciler asks for its next look itself, this is the safety net. */
  readonly periodic?: readonly { readonly key: string; readonly everyMs: number }[];
}

export interface ControllerDefinition {
  /** Its shard and the name of its reconciler: `controller/replicaset`. */
  readonly name: string;
  /** Pure: processes without this controller evaluate them too. */
  readonly triggers: readonly Trigger[];
  readonly create: (context: ControllerContext) => Controller;
}
