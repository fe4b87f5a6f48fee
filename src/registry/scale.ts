/** autoscaling/v1 Scale: one number of a kind, read and written through the paths that its definition names. */
import { badRequest, invalid, noSuchResource, notFound, type StatusCause } from '../errors.ts';
import { scale as scaleKind } from '../resources/autoscaling/scale.ts';
import type { ScaleDefinition } from '../resources/define-resource.ts';
import { resourceId } from '../resources/index.ts';
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import { formatLabelSelector, type LabelSelector } from '../values/label-selector.ts';
import type { KubeObject } from '../values/object.ts';
import { writeError } from './commit.ts';
import { type Kind, kindOf, newKind, type RegistryContext } from './context.ts';
import { decodeBody } from './decode-body.ts';
import { asObject } from './json-object.ts';
import { updateTracking } from './managed-fields/tracking.ts';
import { checkUpdatePreconditions } from './preconditions.ts';
import type { WriteOptions } from './registry.ts';
import { checkName, settleNamespace } from './request-names.ts';
import { RETRY } from './retry-on-conflict.ts';
import { retryOnStored } from './retry-on-stored.ts';
import { lazyBefore } from './stored-columns.ts';
import { writeUpdate } from './write-update.ts';

const ATTEMPTS = 20;
const MAX_REPLICAS = 2_147_483_647;

export function scaleDefinition(kind: Kind): ScaleDefinition {
  const { scale } = kind.definition.subresources;
  if (scale === undefined) {
    throw noSuchResource();
  }
  return scale;
}

function readPath(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const part of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  return value;
}

/** Sets a dotted path in place; the object's own levels must be the caller's copies. */
export function writePath(object: KubeObject, path: string, value: number): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let at = object as unknown as Record<string, unknown>;
  for (const part of parts) {
    at[part] ??= {};
    at = at[part] as Record<string, unknown>;
  }
  at[last] = value;
}

function selectorText(selector: unknown, form: ScaleDefinition['selectorForm']): string {
  if (typeof selector === 'string') {
    return selector;
  }
  const given = selector ?? {};
  return formatLabelSelector((form === 'labels' ? { matchLabels: given } : given) as LabelSelector);
}

export function scaleOf(definition: ScaleDefinition, object: KubeObject): KubeObject {
  const { name = '', namespace, uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const { specReplicasPath, statusReplicasPath, selectorPath, selectorForm } = definition;
  const selector = selectorPath === undefined ? '' : selectorText(readPath(object, selectorPath), selectorForm);
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(readPath(object, specReplicasPath) ?? 0) },
    status: {
      replicas: Number(readPath(object, statusReplicasPath) ?? 0),
      ...(selector === '' ? {} : { selector }),
    },
  };
}

function readReplicas(scale: KubeObject, name: string): number {
  const spec = asObject(scale.spec ?? {}, 'v1.ScaleSpec');
  const replicas = spec['replicas'] ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || Math.abs(replicas) > MAX_REPLICAS) {
    throw badRequest(
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ' +
        `${typeof replicas === 'number' ? `number ${replicas}` : typeof replicas} into Go struct field ` +
        'ScaleSpec.spec.replicas of type int32',
    );
  }
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    const cause: StatusCause = { reason: 'FieldValueInvalid', message, field: 'spec.replicas' };
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [cause]);
  }
  return replicas;
}

export async function getScale(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
): Promise<KubeObject> {
  const kind = kindOf(context, id);
  const definition = scaleDefinition(kind);
  const stored = await context.objects.get(id, namespace, name);
  if (stored === undefined) {
    throw notFound(kind.resource, name);
  }
  return scaleOf(definition, decodeObject(stored));
}

const SCALE = newKind(scaleKind, resourceId(scaleKind));

export interface SentScale {
  readonly scale: KubeObject;
  readonly replicas: number;
  readonly warnings: readonly string[];
}

/** Checks a Scale as sent, or as `decode` is told it was made. Throws 400 or 422. */
export function readScale(
  kind: Kind,
  namespace: string,
  name: string,
  input: unknown,
  options: WriteOptions,
  decode: typeof decodeBody = decodeBody,
): SentScale {
  const given = asObject(input, 'Scale');
  const { apiVersion = 'autoscaling/v1', kind: kindName = 'Scale' } = given;
  if (apiVersion !== 'autoscaling/v1' || kindName !== 'Scale') {
    const group = `${String(apiVersion)}, Kind=${String(kindName)}`;
    throw badRequest(`wrong object passed to Scale update: ${group} (expected autoscaling/v1, Kind=Scale)`);
  }
  const { object: scale, warnings } = decode(SCALE, given, options);
  scale.metadata.name ??= name;
  settleNamespace(kind, scale.metadata, namespace);
  checkName(scale.metadata, name);
  return { scale, replicas: readReplicas(scale, name), warnings };
}

/** Writes only the replicas; without resourceVersion it wins whatever else changes meanwhile. */
export async function updateScale(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  input: unknown,
  options: WriteOptions = {},
): Promise<{ readonly scale: KubeObject; readonly warnings: readonly string[] }> {
  const kind = kindOf(context, id);
  const definition = scaleDefinition(kind);
  const { scale, replicas, warnings } = readScale(kind, namespace, name, input, options);
  return retryOnStored(context, kind, { namespace, name }, ATTEMPTS, async (stored) => {
    checkUpdatePreconditions(kind, scale.metadata, stored);
    const written = await writeReplicas(context, kind, stored, replicas, options);
    return written === RETRY ? RETRY : { scale: scaleOf(definition, decodeObject(written)), warnings };
  });
}

export async function writeReplicas(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  replicas: number,
  options: WriteOptions,
): Promise<StoredObject | typeof RETRY> {
  const wanted = decodeObject(stored);
  writePath(wanted, scaleDefinition(kind).specReplicasPath, replicas);
  const tracking = updateTracking(context, kind, 'main', options, 'scale');
  const outcome = await writeUpdate(context, kind, lazyBefore(stored), wanted, 'main', options, tracking);
  if (outcome.ok) {
    return outcome.object;
  }
  if (outcome.reason !== 'conflict') {
    throw writeError(kind, stored.name, outcome.reason);
  }
  return RETRY;
}
