/**
 * What a DELETE does to one object, as a pure function of the object, the request and the time: by grace period, then
 * by finalizers. Source: rest/delete.go (BeforeDelete) and registry/generic/registry/store.go of k8s.io/apiserver.
 */
import type { ResourceDefinition } from '../resources/define-resource.ts';
import type { KubeObject, ObjectMeta } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';
import type { DeleteOptions } from './registry.ts';

/** `none`: a deletion is under way and this request changes nothing. `mark`: written back. `remove`: the row goes. */
export type DeletionPlan = 'none' | 'mark' | 'remove';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Changes `object` in place to the state that is written (or kept as the last one). */
export function planDeletion(
  definition: ResourceDefinition,
  object: KubeObject,
  options: DeleteOptions,
  nowMs: number,
  hasDependents: boolean,
): DeletionPlan {
  const { metadata } = object;
  const propagated = setPropagation(metadata, policyOf(metadata, options), hasDependents);
  const grace = graceOf(definition, object, options.gracePeriodSeconds);
  const held = (metadata.finalizers ?? []).length > 0 || definition.deletion?.holds?.(object) === true;
  const removes = grace === 0 && !held;
  if (removes && definition.deletion?.gracePeriodSeconds === undefined) {
    return 'remove';
  }
  const marked =
    metadata.deletionTimestamp === undefined
      ? begin(definition, object, grace, nowMs)
      : shorten(metadata, metadata.deletionTimestamp, grace);
  return removes ? 'remove' : marked || propagated ? 'mark' : 'none';
}

/** What becomes of the dependents; undefined: what the finalizers say already. */
export function policyOf(
  { finalizers = [] }: ObjectMeta,
  { propagationPolicy, defaultPolicy }: DeleteOptions,
): DeleteOptions['propagationPolicy'] {
  const isSettled = finalizers.includes(ORPHAN) || finalizers.includes(FOREGROUND);
  return propagationPolicy ?? (isSettled ? undefined : defaultPolicy);
}

/** Seconds that the object may still take. A second request may shorten the grace, never lengthen it. */
function graceOf(definition: ResourceDefinition, object: KubeObject, requested: number | undefined): number {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  // Negative values mean one second, as in Kubernetes.
  const asked = requested !== undefined && requested < 0 ? 1 : requested;
  if (deletionTimestamp !== undefined) {
    return Math.min(deletionGracePeriodSeconds, asked ?? deletionGracePeriodSeconds);
  }
  const own = definition.deletion?.gracePeriodSeconds?.(object) ?? 0;
  // Nothing waits for an object whose kind ends at once (an unbound or finished pod), whatever the client asks.
  return own === 0 ? 0 : (asked ?? own);
}

function begin(definition: ResourceDefinition, object: KubeObject, grace: number, nowMs: number): true {
  const { metadata } = object;
  metadata.deletionTimestamp = formatTime(nowMs + grace * 1_000);
  metadata.deletionGracePeriodSeconds = grace;
  if ((metadata.generation ?? 0) > 0) {
    metadata.generation = (metadata.generation ?? 0) + 1;
  }
  definition.deletion?.begin?.(object);
  return true;
}

function shorten(metadata: ObjectMeta, deletionTimestamp: string, grace: number): boolean {
  const before = metadata.deletionGracePeriodSeconds ?? 0;
  if (grace >= before) {
    return false;
  }
  metadata.deletionTimestamp = formatTime(Date.parse(deletionTimestamp) - (before - grace) * 1_000);
  metadata.deletionGracePeriodSeconds = grace;
  return true;
}

/** The garbage collector's finalizers as the policy asks; without a policy they stay as they are. */
function setPropagation(
  metadata: ObjectMeta,
  policy: DeleteOptions['propagationPolicy'],
  hasDependents: boolean,
): boolean {
  const before = metadata.finalizers ?? [];
  if (policy === undefined) {
    return false;
  }
  const others = before.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  const added = {
    Orphan: hasDependents || before.includes(ORPHAN) ? [ORPHAN] : [],
    Foreground: [FOREGROUND],
    Background: [],
  }[policy];
  const after = [...others, ...added];
  if (after.length === 0) {
    delete metadata.finalizers;
  } else {
    metadata.finalizers = after;
  }
  return after.join() !== before.join();
}
