/**
 * The revisions of a workload: of each template one ControllerRevision, the one in force with the highest number. Every
 * step can be taken again after a crash: an equal revision is found, not made twice.
 * Source: controller/history, and daemon/update.go, constructHistory.
 */
import { StatusError } from '../../errors.ts';
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import { isEmptySelector, selects } from '../../values/label-selector.ts';
import { adopt } from '../adopt.ts';
import { type ControllerRevision, REVISIONS } from '../kinds/controller-revision.ts';
import { removeObject } from '../remove-object.ts';
import { byRevision, expiredRevisions, isOf, newRevision, type Revised } from './revision.ts';

export interface History {
  /** Of the template as it is. */
  readonly current: ControllerRevision;
  /** The others, sorted. */
  readonly old: readonly ControllerRevision[];
  /** How many names were taken by others. */
  readonly collisionCount: number | undefined;
}

export async function keepHistory(
  registry: Registry,
  owner: Revised,
  hashLabel: string,
  fence: Fence,
): Promise<History> {
  let revisions = await ownRevisions(registry, owner);
  const equals = (): ControllerRevision[] => revisions.filter((one) => isOf(one, owner.spec.template));
  if (equals().length === 0 && (await adoptRevisions(registry, owner, fence))) {
    revisions = await ownRevisions(registry, owner);
  }
  const { collisionCount } = owner.status ?? {};
  const found = equals().at(-1);
  const old = revisions.filter((one) => one !== found);
  const next = (old.at(-1)?.revision ?? 0) + 1;
  if (found === undefined) {
    return { ...(await createRevision(registry, owner, hashLabel, next, fence)), old };
  }
  const current = found.revision >= next ? found : await renumber(registry, found, next, fence);
  return { current, old, collisionCount };
}

async function ownRevisions(registry: Registry, { metadata }: Revised): Promise<ControllerRevision[]> {
  const { namespace, uid } = metadata;
  const { items } = await registry.list(REVISIONS, { namespace, controllerUid: uid });
  return items.map((stored) => decodeObject<ControllerRevision>(stored)).sort(byRevision);
}

/** Those that a workload of the same name left behind (`delete --cascade=orphan`). */
async function adoptRevisions(registry: Registry, owner: Revised, fence: Fence): Promise<boolean> {
  const { selector } = owner.spec;
  if (isEmptySelector(selector)) {
    return false;
  }
  const { items } = await registry.list(REVISIONS, { namespace: owner.metadata.namespace, controllerUid: '' });
  const orphans = items
    .filter(({ labels }) => selects(selector, labels))
    .map((stored) => decodeObject<ControllerRevision>(stored))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  await Promise.all(orphans.map(({ metadata }) => adopt(registry, REVISIONS, metadata, owner, fence)));
  return orphans.length > 0;
}

/** A name that is taken by something else is counted, and the next one tried. */
async function createRevision(
  registry: Registry,
  owner: Revised,
  hashLabel: string,
  revision: number,
  fence: Fence,
): Promise<Omit<History, 'old'>> {
  for (let collisionCount = owner.status?.collisionCount; ; collisionCount = (collisionCount ?? 0) + 1) {
    const wanted = newRevision(owner, hashLabel, revision, collisionCount);
    try {
      const { object } = await registry.create(REVISIONS, owner.metadata.namespace, wanted, { fence });
      return { current: decodeObject<ControllerRevision>(object), collisionCount };
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) {
        throw error;
      }
    }
  }
}

async function renumber(
  registry: Registry,
  { metadata }: ControllerRevision,
  revision: number,
  fence: Fence,
): Promise<ControllerRevision> {
  const { namespace, name, uid } = metadata;
  const change = (object: ControllerRevision): boolean => {
    const isLess = object.revision < revision;
    object.revision = Math.max(object.revision, revision);
    return isLess;
  };
  const stored = await registry.modify<ControllerRevision>(REVISIONS, namespace, name, change, { uid, fence });
  if (stored === undefined) {
    throw new Error(`revision ${namespace}/${name} is gone`);
  }
  return decodeObject<ControllerRevision>(stored);
}

export async function trimHistory(
  registry: Registry,
  owner: Revised,
  old: readonly ControllerRevision[],
  isUsed: (revision: ControllerRevision) => boolean,
  fence: Fence,
): Promise<void> {
  for (const { metadata } of expiredRevisions(owner, old, isUsed)) {
    await removeObject(registry, REVISIONS, metadata, fence);
  }
}
