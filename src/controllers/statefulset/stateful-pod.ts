/** The pod of a number, of one revision's template. Pure. Source: stateful_set_utils.go, newVersionedStatefulSetPod. */
import type { KubeObject } from '../../values/object.ts';
import { templateOf } from '../history/revision.ts';
import type { ControllerRevision } from '../kinds/controller-revision.ts';
import type { PodSpec, PodTemplate } from '../kinds/pod.ts';
import type { StatefulSet } from '../kinds/stateful-set.ts';
import { newPod } from '../replicaset/new-pod.ts';
import { INDEX_LABEL, NAME_LABEL, podName, REVISION_LABEL, startOrdinal } from './identity.ts';

export interface Revisions {
  /** What the pods had before the update that goes on; `update` when none does. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}
interface Volume {
  name?: string;
  persistentVolumeClaim?: { claimName: string };
}

/** Those below the partition stay what they were; without one, those that the update has not reached. */
export function revisionFor(set: StatefulSet, { current, update }: Revisions, ordinal: number): ControllerRevision {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') {
    return update;
  }
  const kept = rollingUpdate === undefined ? (set.status?.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0);
  return ordinal < startOrdinal(set) + kept ? current : update;
}

export function statefulPod(set: StatefulSet, revision: ControllerRevision, ordinal: number): KubeObject {
  const template = templateOf(revision);
  const name = podName(set, ordinal);
  const identity = { [NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal), [REVISION_LABEL]: revision.metadata.name };
  const pod = newPod(set, {
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...identity } },
    spec: {
      ...template.spec,
      hostname: name,
      ...((set.spec.serviceName ?? '') === '' ? {} : { subdomain: set.spec.serviceName ?? '' }),
      ...volumesOf(set, template, name),
    },
  });
  const { generateName: _, ...metadata } = pod.metadata;
  return { ...pod, metadata: { ...metadata, name } };
}

/** A claim takes the place of the template's volume of its name. */
function volumesOf({ spec }: StatefulSet, template: PodTemplate, name: string): Partial<PodSpec> {
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }): Volume => {
    const claim = metadata?.name ?? '';
    return { name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } };
  });
  const taken = new Set(claims.map((volume) => volume.name));
  const own = ((template.spec as { volumes?: Volume[] } | undefined)?.volumes ?? []).filter(
    (volume) => !taken.has(volume.name),
  );
  const volumes = [...claims, ...own];
  return volumes.length === 0 ? {} : ({ volumes } as Partial<PodSpec>);
}
