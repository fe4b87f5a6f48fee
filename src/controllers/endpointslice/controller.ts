/**
 * discovery.k8s.io/v1 EndpointSlice of every service with a selector: its pods by readiness, at most 100 a slice.
 * Slices of others, and of services without a selector, are left alone. A service's slices go by their owner reference.
 * Source: controller/endpointslice/endpointslice_controller.go.
 */
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import type { Fence, Trigger } from '../../registry/registry.ts';
import { ZONE_LABEL } from '../../values/node-labels.ts';
import type { KubeObject } from '../../values/object.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Node } from '../kinds/node.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { removeObject } from '../remove-object.ts';
import { type ServiceLook, serviceReconciler, serviceTriggers } from '../service-sync.ts';
import { withTriggerTime } from '../trigger-time.ts';
import type { ServiceInfo } from '../views/service-info.ts';
import { addressTypes, desiredEndpoints } from './desired-endpoints.ts';
import { managedSlices } from './managed-slices.ts';
import { planSlices, type SlicePlan } from './plan-slices.ts';
import { type EndpointSlice, MANAGED_BY_LABEL, MANAGER, SERVICE_LABEL, SLICES } from './slice.ts';
import { ZoneHintTeller } from './tell-zone-hints.ts';
import { ZoneBasis } from './zone-basis.ts';
import { type HintedPlan, keepHints, withZoneHints } from './zone-hints.ts';

const NAME = 'controller/endpointslice';
/** When a pod without its node is looked at again: the pod may be seen first. */
const NODELESS_MS = 2_000;
/** Delay after a change of a slice: the controller's own writes come back as changes, and are looked at together. */
const CHANGED_AFTER_MS = 1_000;

const ownerKey = (slice: KubeObject | undefined): string | undefined => {
  const { namespace = '', labels = {} } = slice?.metadata ?? {};
  const service = labels[SERVICE_LABEL];
  return labels[MANAGED_BY_LABEL] === MANAGER && service !== undefined ? `${namespace}/${service}` : undefined;
};

/** Somebody else changed or removed a slice of this controller's. */
const sliceTrigger: Trigger = {
  resource: SLICES,
  dueOn: ({ before, after }) => {
    const keys = before === undefined ? [] : [ownerKey(before), ownerKey(after)].filter((key) => key !== undefined);
    return [...new Set(keys)].map((key) => ({ shard: NAME, key, afterMs: CHANGED_AFTER_MS }));
  },
};

/** Nodes came, went, became ready or ceased to be, or changed their zone: shares of zones may be others. */
const NODES_KEY = 'nodes//';

const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) =>
    before === undefined || after === undefined || placeOf(before) !== placeOf(after)
      ? [{ shard: NAME, key: NODES_KEY, afterMs: CHANGED_AFTER_MS }]
      : [],
};

function placeOf(object: KubeObject): string {
  const { metadata, status } = object as Node;
  return `${findCondition(status?.conditions, 'Ready')?.status === 'True'} ${metadata.labels?.[ZONE_LABEL] ?? ''}`;
}

export const endpointSliceController: ControllerDefinition = {
  name: NAME,
  triggers: [...serviceTriggers(NAME), sliceTrigger, nodeTrigger],
  create: (context) => {
    const { views } = context;
    const emit = context.events('endpoint-slice-controller');
    const zones = new ZoneBasis(views);
    const work: SliceSync = { context, emit, zones, teller: new ZoneHintTeller(emit) };
    return {
      reconciler: serviceReconciler(NAME, context, {
        sync: (look, run) => syncService(work, look, run),
        gone: async () => undefined,
        servicesOf: (key) =>
          key === NODES_KEY ? [...views.services.values()].filter(({ wantsZoneHints }) => wantsZoneHints) : undefined,
        basisOf: ({ wantsZoneHints }, pods) => (wantsZoneHints ? zones.of(pods) : []),
      }),
    };
  },
};

interface SliceSync {
  readonly context: ControllerContext;
  readonly emit: Emit;
  readonly teller: ZoneHintTeller;
  readonly zones: ZoneBasis;
}

async function syncService(
  { context, emit, teller, zones }: SliceSync,
  { service, pods, changedAt }: ServiceLook,
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  const { views } = context;
  const existing = await managedSlices<EndpointSlice>(context.registry, service, MANAGER);
  const types = addressTypes(service);
  const own = existing.filter((slice) => types.includes(slice.addressType) && isOf(service, slice));
  let isWhole = true;
  const stale = existing.filter((slice) => !own.includes(slice));
  const plans: SlicePlan[] = [{ create: [], update: [], remove: stale }];
  const refusals = new Map<string, string | undefined>();
  for (const type of types) {
    const { groups, nodeless } = desiredEndpoints(service, pods, (name) => views.nodes.get('', name), type);
    const ofType = own.filter(({ addressType }) => addressType === type);
    if (service.wantsZoneHints) {
      keepHints(groups, ofType);
    }
    const given = planSlices(service, groups, ofType, type);
    const { plan, refusal }: HintedPlan = service.wantsZoneHints
      ? withZoneHints(given, ofType, zones.shares())
      : { plan: given };
    plans.push(plan);
    refusals.set(type, refusal);
    isWhole &&= nodeless.length === 0;
  }
  const triggered = triggerTimes(changedAt);
  for (const plan of plans) {
    await carryOut(context, emit, service, triggered(plan), lease);
  }
  for (const [type, refusal] of refusals) {
    teller.tell(service, type, refusal);
  }
  return isWhole ? {} : { requeueAfterMs: NODELESS_MS };
}

/** Asked for once, and only where there is something to write. */
function triggerTimes(changedAt: () => number | undefined): (plan: SlicePlan) => SlicePlan {
  let known: { readonly ms: number | undefined } | undefined;
  const told = (slice: EndpointSlice): EndpointSlice => {
    known ??= { ms: changedAt() };
    return withTriggerTime(slice, known.ms);
  };
  return ({ create, update, remove }) => ({ create: create.map(told), update: update.map(told), remove });
}

/** By UID: a slice of an earlier service of the same name is the garbage collector's. */
const isOf = ({ uid }: ServiceInfo, { metadata }: EndpointSlice): boolean =>
  metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;

async function carryOut(
  { registry }: ControllerContext,
  emit: Emit,
  service: ServiceInfo,
  plan: SlicePlan,
  fence: Fence,
): Promise<void> {
  const { namespace, name, uid } = service;
  try {
    // A service that goes takes its slices along: new ones would only be in the way.
    const created = service.deleting ? [] : await registry.createAll(SLICES, plan.create, { fence });
    const refused = created.find((result) => result instanceof Error);
    if (refused !== undefined && !isNamespaceEnding(refused)) {
      throw refused;
    }
    await Promise.all(
      plan.update.map((slice) => registry.update(SLICES, namespace, slice.metadata.name ?? '', slice, { fence })),
    );
    await Promise.all(plan.remove.map(({ metadata }) => removeObject(registry, SLICES, metadata, fence)));
  } catch (thrown) {
    const error = toError(thrown);
    // Someone else wrote it in between: read again, nothing to tell.
    if (!(error instanceof StatusError && error.reason === 'Conflict')) {
      const subject = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name, uid } };
      const message = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${error.message}`;
      emit(subject, 'Warning', 'FailedToUpdateEndpointSlices', message);
    }
    throw error;
  }
}
