/** The claims of a stateful set's pods: made before the pod, kept when it goes. Source: stateful_pod_control.go. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { CLAIMS, type Claim, type StatefulSet } from '../kinds/stateful-set.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { claimOwners, isStale } from './claim-owners.ts';
import { claimNames, ordinalOf, podName } from './identity.ts';

async function claimsOf(
  { registry }: ControllerContext,
  set: StatefulSet,
  ordinals: readonly number[],
): Promise<Claim[]> {
  const { namespace } = set.metadata;
  const keys = ordinals.flatMap((ordinal) => claimNames(set, ordinal)).map((name) => ({ namespace, name }));
  const stored = keys.length === 0 ? [] : await registry.getMany(CLAIMS, keys);
  return stored.map((one) => decodeObject<Claim>(one));
}

function newClaims({ metadata, spec }: StatefulSet, ordinal: number): KubeObject[] {
  const { namespace } = metadata;
  return (spec.volumeClaimTemplates ?? []).map(({ metadata: own = {}, spec: claim }) => ({
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: {
      name: `${own.name}-${podName({ metadata }, ordinal)}`,
      namespace,
      labels: { ...own.labels, ...spec.selector?.matchLabels },
      ...(own.annotations === undefined ? {} : { annotations: own.annotations }),
    },
    spec: claim,
  }));
}

/** Makes what is missing. Answers the numbers whose pods have to wait for an old claim to go, and the first failure. */
export async function ensureClaims(
  context: ControllerContext,
  emit: Emit,
  set: StatefulSet,
  ordinals: readonly number[],
  { lease }: ReconcileContext,
): Promise<{ waiting: ReadonlySet<number>; error?: Error }> {
  const waiting = new Set<number>();
  const there = new Map((await claimsOf(context, set, ordinals)).map((claim) => [claim.metadata.name, claim]));
  const missing: { ordinal: number; claim: KubeObject }[] = [];
  for (const ordinal of ordinals) {
    for (const claim of newClaims(set, ordinal)) {
      const found = there.get(claim.metadata.name ?? '');
      if (found === undefined) {
        missing.push({ ordinal, claim });
      } else if (found.metadata.deletionTimestamp !== undefined || isStale(found, podName(set, ordinal))) {
        waiting.add(ordinal);
      }
    }
  }
  const toMake = missing.filter(({ ordinal }) => !waiting.has(ordinal));
  const results = await context.registry.createAll(
    CLAIMS,
    toMake.map(({ claim }) => claim),
    { fence: lease },
  );
  let error: Error | undefined;
  for (const [at, { ordinal, claim }] of toMake.entries()) {
    const result = results[at];
    const what = `Claim ${claim.metadata.name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
    if (result instanceof Error) {
      error ??= result;
      waiting.add(ordinal);
      emit(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${result.message}`);
    } else {
      emit(set, 'Normal', 'SuccessfulCreate', `create ${what} success`);
    }
  }
  return error === undefined ? { waiting } : { waiting, error };
}

/** Gives the claims of its pods the owners that its policy asks for. */
export async function settleClaims(
  context: ControllerContext,
  set: StatefulSet,
  pods: readonly PodInfo[],
  condemned: readonly PodInfo[],
  { lease }: ReconcileContext,
): Promise<void> {
  if ((set.spec.volumeClaimTemplates ?? []).length === 0) {
    return;
  }
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod.name) ?? -1, pod]));
  const claims = new Map((await claimsOf(context, set, [...byOrdinal.keys()])).map((one) => [one.metadata.name, one]));
  for (const [ordinal, pod] of byOrdinal) {
    for (const name of claimNames(set, ordinal)) {
      const claim = claims.get(name);
      const isCondemned = condemned.includes(pod);
      if (claim !== undefined && claimOwners(set, claim, pod, isCondemned) !== undefined) {
        const change = (object: Claim): boolean => {
          const owners = claimOwners(set, object, pod, isCondemned) ?? object.metadata.ownerReferences ?? [];
          const isSame = same(owners, object.metadata.ownerReferences ?? []);
          object.metadata.ownerReferences = owners;
          return !isSame;
        };
        const { namespace, uid } = claim.metadata;
        await context.registry.modify<Claim>(CLAIMS, namespace, name, change, { uid, fence: lease });
      }
    }
  }
}
