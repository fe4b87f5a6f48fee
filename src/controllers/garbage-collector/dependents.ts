/** Dependents of owners: found by the page, and what the collector does to one. */
import pLimit from 'p-limit';
import { toError } from '../../errors.ts';
import type { Fence, ObjectRef, Registry } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { removeObject } from '../remove-object.ts';

/** Handled together, so that their writes share commits: a NodePool leaves 10,000 nodes behind. */
const AT_ONCE = 200;
const PAGE = 2_000;

/** Dependents by the thousand, so that an owner of 100,000 nodes costs no memory. Rejects when the signal aborts. */
export async function* pagesOf(
  registry: Registry,
  uids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  let page: readonly ObjectRef[] = [];
  let after: ObjectRef | undefined;
  do {
    signal.throwIfAborted();
    const next = { limit: PAGE, ...(after === undefined ? {} : { after }) };
    page = uids.length === 0 ? [] : await registry.dependentsOf(uids, next);
    after = page.at(-1);
    if (page.length > 0) {
      yield page;
    }
  } while (page.length === PAGE);
}

/** Rejects when the signal aborts or with the first failure, after all that has begun has ended. */
export async function forEach(
  refs: readonly ObjectRef[],
  signal: AbortSignal,
  act: (ref: ObjectRef) => Promise<void>,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const ends = await Promise.allSettled(refs.map((ref) => limit(async () => (signal.aborted ? undefined : act(ref)))));
  signal.throwIfAborted();
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) {
    throw failure.reason;
  }
}

/** As `forEach`, but a failure is told to `onFailure` and never thrown. */
export const forEachApart = (
  refs: readonly ObjectRef[],
  signal: AbortSignal,
  act: (ref: ObjectRef) => Promise<void>,
  onFailure: (ref: ObjectRef, cause: Error) => void,
): Promise<void> =>
  forEach(refs, signal, async (ref) => {
    try {
      await act(ref);
    } catch (error) {
      onFailure(ref, toError(error));
    }
  });

/** Without a policy the finalizers that the dependent has already decide, as in Kubernetes. */
export const deleteDependent = (
  registry: Registry,
  ref: ObjectRef,
  policy: 'Foreground' | undefined,
  fence: Fence,
): Promise<void> =>
  removeObject(registry, ref.resource, ref, fence, policy === undefined ? {} : { propagationPolicy: policy });

export async function removeOwners(
  registry: Registry,
  { resource, namespace, name, uid }: ObjectRef,
  isRemoved: (ownerUid: string) => boolean,
  fence: Fence,
): Promise<void> {
  const change = ({ metadata }: KubeObject): boolean => {
    const before = metadata.ownerReferences ?? [];
    const after = before.filter((owner) => !isRemoved(owner.uid));
    metadata.ownerReferences = after;
    return after.length < before.length;
  };
  await registry.modify(resource, namespace, name, change, { uid, fence });
}
