/**
 * discovery.k8s.io/v1 EndpointSlices of what people write into the Endpoints of services without a selector.
 * Source: controller/endpointslicemirroring/endpointslicemirroring_controller.go.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type Registry, type Trigger } from '../../registry/registry.ts';
import type { Service } from '../../resources/core/service.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { MANAGED_BY_LABEL, SERVICE_LABEL, SLICES } from '../endpointslice/slice.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { removeObject } from '../remove-object.ts';
import { toError } from '../results.ts';
import {
  isMirrored,
  MIRROR,
  type MirroredEndpoints,
  type MirrorSlice,
  MOST,
  mirrorKey,
  mirrorSlices,
} from './mirror-slices.ts';

const NAME = 'controller/endpointslice-mirroring';
const ENDPOINTS = 'endpoints';
/** Delay after a change of a slice: the controller's own writes come back as changes. */
const CHANGED_AFTER_MS = 1_000;

/** Those that our own controller writes are of services with a selector. */
const isOurs = (object: KubeObject | undefined): boolean =>
  object?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';

const endpointsTrigger: Trigger = {
  resource: ENDPOINTS,
  dueOn: ({ before, after }) => {
    const known = [before, after].filter((object) => object !== undefined);
    const isTheirs = known.some((object) => !isOurs(object) && isMirrored(object));
    const [object] = known;
    return object !== undefined && isTheirs ? [{ shard: NAME, key: namespacedKey(object) }] : [];
  },
};

const hasSelector = (object: KubeObject | undefined): boolean =>
  (object as Service | undefined)?.spec?.selector !== undefined;

const serviceTrigger: Trigger = {
  resource: 'services',
  dueOn: ({ before, after }) => {
    const object = after ?? before;
    const isNew = before === undefined || after === undefined;
    const isDue = isNew ? !hasSelector(object) : hasSelector(before) !== hasSelector(after);
    return object !== undefined && isDue ? [{ shard: NAME, key: namespacedKey(object) }] : [];
  },
};

/** Somebody else changed or removed a mirror. */
const sliceTrigger: Trigger = {
  resource: SLICES,
  dueOn: ({ before }) => {
    const { namespace = '', labels = {} } = before?.metadata ?? {};
    const service = labels[SERVICE_LABEL];
    return labels[MANAGED_BY_LABEL] !== MIRROR || service === undefined
      ? []
      : [{ shard: NAME, key: `${namespace}/${service}`, afterMs: CHANGED_AFTER_MS }];
  },
};

export const endpointSliceMirroringController: ControllerDefinition = {
  name: NAME,
  triggers: [endpointsTrigger, serviceTrigger, sliceTrigger],
  create: (context) => {
    const emit = context.events('endpoint-slice-mirroring-controller');
    const reconcile = (key: string, run: ReconcileContext): Promise<ReconcileResult> =>
      syncMirrors(context, emit, key, run);
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

async function syncMirrors(
  { registry, views }: ControllerContext,
  emit: Emit,
  key: string,
  { lease: fence }: ReconcileContext,
): Promise<ReconcileResult> {
  const { namespace, name } = parseKey(key);
  const service = views.services.get(namespace, name);
  const stored = await registry.find(ENDPOINTS, namespace, name);
  const endpoints = stored === undefined ? undefined : decodeObject<MirroredEndpoints>(stored);
  const existing = await mirrorsOf(registry, namespace, name);
  if (
    endpoints === undefined ||
    !isMirrored(endpoints) ||
    service === undefined ||
    service.spec.selector !== undefined
  ) {
    await remove(registry, existing, fence);
    return {};
  }
  const { slices, skipped } = mirrorSlices(endpoints);
  if (skipped > 0) {
    const message =
      `A max of ${MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. ` +
      `${skipped} addresses were skipped`;
    emit(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
  }
  await store(registry, slices, existing, endpoints.metadata.deletionTimestamp === undefined, fence);
  return {};
}

const NOTHING = { endpoints: [], ports: [] };

async function mirrorsOf(registry: Registry, namespace: string, name: string): Promise<MirrorSlice[]> {
  const labels = [
    { key: SERVICE_LABEL, operator: 'In', values: [name] },
    { key: MANAGED_BY_LABEL, operator: 'In', values: [MIRROR] },
  ] as const;
  const { items } = await registry.list(SLICES, { namespace, labels });
  const slices = items.map((stored) => ({ ...NOTHING, ...decodeObject<MirrorSlice>(stored) }));
  return slices.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

async function store(
  registry: Registry,
  wanted: readonly MirrorSlice[],
  existing: readonly MirrorSlice[],
  mayCreate: boolean,
  fence: Fence,
): Promise<void> {
  const left = new Set(existing);
  const created: MirrorSlice[] = [];
  for (const slice of wanted) {
    const before = [...left].find((one) => mirrorKey(one) === mirrorKey(slice));
    if (before === undefined) {
      created.push(slice);
      continue;
    }
    left.delete(before);
    const { generateName: _, annotations, labels, ownerReferences } = slice.metadata;
    const { annotations: __, ...metadata } = before.metadata;
    const after = {
      ...before,
      ...slice,
      metadata: { ...metadata, ...(annotations && { annotations }), labels, ownerReferences },
    };
    if (!same(before, after)) {
      await registry.update(SLICES, metadata.namespace ?? '', metadata.name ?? '', after, { fence });
    }
  }
  const answers = mayCreate ? await registry.createAll(SLICES, created, { fence }) : [];
  const refused = answers.find((answer) => answer instanceof Error);
  if (refused !== undefined && !isNamespaceEnding(toError(refused))) {
    throw refused;
  }
  await remove(registry, [...left], fence);
}

async function remove(registry: Registry, slices: readonly MirrorSlice[], fence: Fence): Promise<void> {
  await Promise.all(slices.map(({ metadata }) => removeObject(registry, SLICES, metadata, fence)));
}
