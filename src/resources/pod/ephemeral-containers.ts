/**
 * `pods/NAME/ephemeralcontainers`: containers to look into a pod that runs. They are added and then stay as they are.
 * Sources: pkg/registry/core/pod/strategy.go, podEphemeralContainersStrategy; pkg/apis/core/validation,
 * ValidatePodEphemeralContainersUpdate, 1.34.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { PartWriter } from '../define-resource.ts';
import { forbiddenField } from '../field-errors.ts';
import { byName } from '../repeated-items.ts';
import { describeChanges } from './describe-changes.ts';
import { isMirrorPod } from './mirror-pod.ts';
import type { Pod } from './pod-columns.ts';
import type { PodSpec } from './pod-spec.ts';

const PATH = 'spec.ephemeralContainers';

type EphemeralContainer = NonNullable<PodSpec['ephemeralContainers']>[number];

/** A patch does not keep the order, so each is found by its name. */
function checkKept(now: EphemeralContainer | undefined, old: EphemeralContainer): StatusCause[] {
  const name = JSON.stringify(old.name);
  if (now === undefined) {
    return [forbiddenField(PATH, `existing ephemeral containers ${name} may not be removed\n`)];
  }
  if (isDeepStrictEqual(now, old)) {
    return [];
  }
  const changes = describeChanges('', old, now);
  return [forbiddenField(PATH, `existing ephemeral containers ${name} may not be changed\n${changes}`)];
}

export const ephemeralContainers: PartWriter<Pod> = {
  carryOver(wanted, old) {
    const { ephemeralContainers: _, ...spec } = old.spec ?? {};
    const added = wanted.spec?.ephemeralContainers;
    return { ...old, spec: added === undefined ? spec : { ...spec, ephemeralContainers: added } };
  },
  validate({ spec = {} }, old) {
    const { ephemeralContainers: kept = [] } = old.spec ?? {};
    const named = byName(spec.ephemeralContainers ?? []);
    return isMirrorPod(old)
      ? [forbiddenField('', 'static pods do not support ephemeral containers')]
      : kept.flatMap((container) => checkKept(named.get(container.name ?? ''), container));
  },
};
