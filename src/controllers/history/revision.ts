/** What a revision says, and what it is called. Pure. Source: controller/history/controller_history.go. */

import { canonical } from '../../values/canonical-json.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject, ObjectMeta } from '../../values/object.ts';
import { same } from '../equality.ts';
import type { ControllerRevision } from '../kinds/controller-revision.ts';
import type { PodTemplate } from '../kinds/pod.ts';
import { controllerReference } from '../owner-references.ts';
import { templateHash } from '../template-hash.ts';

/** A workload whose templates are kept as revisions. */
export interface Revised extends KubeObject {
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  spec: { selector?: LabelSelector; template: PodTemplate; revisionHistoryLimit?: number };
  status?: { collisionCount?: number };
}

/** Room for the hash in a name. */
const LONGEST_NAME = 223;

/** With sorted keys, as Go writes maps: `kubectl rollout undo` compares the text. */
export const patchOf = (template: PodTemplate): unknown =>
  JSON.parse(canonical({ spec: { template: { ...template, $patch: 'replace' } } })) as unknown;

/** The template that a revision brings back. */
export function templateOf({ data }: Pick<ControllerRevision, 'data'>): PodTemplate {
  const { $patch: _, ...template } = (data as { spec: { template: PodTemplate & { $patch?: string } } }).spec.template;
  return template;
}

export const isOf = (revision: ControllerRevision, template: PodTemplate): boolean =>
  same(revision.data, patchOf(template));

/** Not yet stored: without a UID. */
export interface NewRevision extends Omit<ControllerRevision, 'metadata'> {
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
}

export function newRevision(
  owner: Revised,
  hashLabel: string,
  revision: number,
  collisions: number | undefined,
): NewRevision {
  const { name, namespace, annotations } = owner.metadata;
  const { template } = owner.spec;
  const hash = templateHash(template, collisions);
  return {
    ...{ apiVersion: 'apps/v1', kind: 'ControllerRevision' },
    metadata: {
      name: `${name.slice(0, LONGEST_NAME)}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data: patchOf(template),
    revision,
  };
}

/** By number, then by age, then by name. */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/** The oldest beyond the limit that nobody uses; those in use are not counted. `old`: sorted. */
export function expiredRevisions(
  { spec }: Pick<Revised, 'spec'>,
  old: readonly ControllerRevision[],
  isUsed: (revision: ControllerRevision) => boolean,
): ControllerRevision[] {
  const unused = old.filter((revision) => !isUsed(revision));
  const limit = spec.revisionHistoryLimit ?? DEFAULT_LIMIT;
  return limit < 0 ? [] : unused.slice(0, Math.max(0, unused.length - limit));
}

const DEFAULT_LIMIT = 10;
