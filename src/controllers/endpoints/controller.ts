/**
 * core/v1 Endpoints of every service with a selector, under the service's name: for those who do not read slices yet.
 * Source: controller/endpoint/endpoints_controller.go.
 */
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import type { KubeObject, ObjectKey, ObjectMeta } from '../../values/object.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { namespacedKey } from '../namespaced-key.ts';
import { removeObject } from '../remove-object.ts';
import { type ServiceLook, serviceReconciler, serviceTriggers } from '../service-sync.ts';
import { withTriggerTime } from '../trigger-time.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { isHeadless, type ServiceInfo } from '../views/service-info.ts';
import { endpointSubsets, type Subset, truncate } from './subsets.ts';

const NAME = 'controller/endpoints';
const ENDPOINTS = 'endpoints';
const HEADLESS = 'service.kubernetes.io/headless';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

interface Endpoints extends KubeObject {
  metadata: ObjectMeta;
  subsets?: Subset[];
}

/** Somebody removed what a service still needs. */
const endpointsTrigger: Trigger = {
  resource: ENDPOINTS,
  dueOn: ({ before, after }) =>
    before !== undefined && after === undefined ? [{ shard: NAME, key: namespacedKey(before) }] : [],
};

export const endpointsController: ControllerDefinition = {
  name: NAME,
  triggers: [...serviceTriggers(NAME), endpointsTrigger],
  create: (context) => {
    const emit = context.events('endpoint-controller');
    return {
      reconciler: serviceReconciler(NAME, context, {
        sync: (look, run) => syncService(context, emit, look, run),
        gone: (key, run) => removeEndpoints(context, key, run),
      }),
    };
  },
};

/** They have no owner reference. */
async function removeEndpoints(
  { registry }: ControllerContext,
  { namespace, name }: ObjectKey,
  { lease }: ReconcileContext,
): Promise<void> {
  const stored = await registry.find(ENDPOINTS, namespace, name);
  if (stored !== undefined) {
    await removeObject(registry, ENDPOINTS, stored, lease);
  }
}

async function syncService(
  { registry }: ControllerContext,
  emit: Emit,
  { service, pods, changedAt }: ServiceLook,
  { lease: fence }: ReconcileContext,
): Promise<ReconcileResult> {
  const { namespace, name } = service;
  const stored = await registry.find(ENDPOINTS, namespace, name);
  const before = stored === undefined ? undefined : decodeObject<Endpoints>(stored);
  const wanted = endpointsOf(service, pods, before);
  if (before !== undefined && same(before, wanted)) {
    return {};
  }
  const after = withTriggerTime(wanted, changedAt());
  try {
    await (before === undefined
      ? registry.create(ENDPOINTS, namespace, after, { fence })
      : registry.update(ENDPOINTS, namespace, name, after, { fence }));
  } catch (thrown) {
    const error = toError(thrown);
    if (isNamespaceEnding(error)) {
      return {};
    }
    // Someone else wrote it in between: read again, nothing to tell.
    if (!(error instanceof StatusError && error.code === 409)) {
      const [reason, verb] =
        before === undefined
          ? ['FailedToCreateEndpoint', 'create endpoint for service']
          : ['FailedToUpdateEndpoint', 'update endpoint'];
      emit(after, 'Warning', reason, `Failed to ${verb} ${namespace}/${name}: ${error.message}`);
    }
    throw error;
  }
  return {};
}

function endpointsOf(service: ServiceInfo, pods: readonly PodInfo[], before: Endpoints | undefined): Endpoints {
  const { namespace, name, labels } = service;
  const { subsets, isTruncated } = truncate(endpointSubsets(service, pods));
  const { [OVER_CAPACITY]: _, ...notes } = before?.metadata.annotations ?? {};
  const annotations = isTruncated ? { ...notes, [OVER_CAPACITY]: 'truncated' } : notes;
  const { annotations: __, ...metadata } = before?.metadata ?? { name, namespace };
  return {
    ...{ apiVersion: 'v1', kind: 'Endpoints' },
    metadata: {
      ...metadata,
      labels: { ...labels, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}), [MANAGED_BY]: 'endpoint-controller' },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}
