/**
 * discovery.k8s.io/v1 EndpointSlices of what people write into the Endpoints of services without a selector.
 * Source: controller/endpointslicemirroring/endpointslicemirroring_controller.go.
 */

import { toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { managedSlices } from '../endpointslice/managed-slices.ts';
import { SLICES } from '../endpointslice/slice.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { removeObject } from '../remove-object.ts';
import { hasSelector } from '../views/service-info.ts';
import {
  isMirrored,
  MIRROR,
  type MirroredEndpoints,
  type MirrorSlice,
  MOST,
  mirrorKey,
  mirrorSlices,
} from './mirror-slices.ts';
import { mirrorTriggers, parseMirrorKey } from './triggers.ts';

const NAME = 'controller/endpointslice-mirroring';
const ENDPOINTS = 'endpoints';

export const endpointSliceMirroringController: ControllerDefinition = {
  name: NAME,
  triggers: mirrorTriggers(NAME),
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
  const { namespace, name, isOfSelected } = parseMirrorKey(key);
  const service = views.services.get(namespace, name);
  if (hasSelector(service?.spec) !== isOfSelected) {
    return {};
  }
  const isWanted = service !== undefined && !isOfSelected;
  const stored = isWanted ? await registry.find(ENDPOINTS, namespace, name) : undefined;
  const endpoints = stored === undefined ? undefined : decodeObject<MirroredEndpoints>(stored);
  const existing = await managedSlices<MirrorSlice>(registry, { namespace, name }, MIRROR);
  if (endpoints === undefined || !isMirrored(endpoints)) {
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

async function store(
  registry: Registry,
  wanted: readonly MirrorSlice[],
  existing: readonly MirrorSlice[],
  mayCreate: boolean,
  fence: Fence,
): Promise<void> {
  const left = groupedBy(existing, mirrorKey);
  const created: MirrorSlice[] = [];
  for (const slice of wanted) {
    const before = left.get(mirrorKey(slice))?.shift();
    if (before === undefined) {
      created.push(slice);
      continue;
    }
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
  await remove(registry, [...left.values()].flat(), fence);
}

async function remove(registry: Registry, slices: readonly MirrorSlice[], fence: Fence): Promise<void> {
  await Promise.all(slices.map(({ metadata }) => removeObject(registry, SLICES, metadata, fence)));
}
