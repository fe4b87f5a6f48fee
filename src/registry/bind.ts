/** `POST pods/NAME/binding`, and the scheduler's form of it for many pods at once. */
import { badRequest } from '../errors.ts';
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import type { ObjectMeta } from '../values/object.ts';
import { batchWrites } from './batch-writes.ts';
import { assignPod, type BindingTarget, validateBinding } from './binding.ts';
import { commit, writeError } from './commit.ts';
import { kindOf, type RegistryContext } from './context.ts';
import { asObject } from './json-object.ts';
import { checkUpdatePreconditions } from './preconditions.ts';
import type { WriteOptions } from './registry.ts';
import { RETRY } from './retry-on-conflict.ts';
import { retryOnStored } from './retry-on-stored.ts';
import { lazyBefore, updateWrite } from './stored-columns.ts';

const PODS = 'pods';
const ATTEMPTS = 5;

function readBinding(podName: string, input: unknown): { metadata: ObjectMeta; target: BindingTarget } {
  const binding = asObject(input, 'Binding');
  const metadata = asObject(binding['metadata'] ?? {}, 'Binding') as ObjectMeta;
  if ((metadata.name ?? '') !== '' && metadata.name !== podName) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  const target = asObject(binding['target'] ?? {}, 'Binding');
  validateBinding(podName, target);
  const { labels, annotations } = metadata;
  return {
    metadata,
    target: {
      nodeName: String(target['name']),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

export async function bind(
  context: RegistryContext,
  namespace: string,
  podName: string,
  input: unknown,
  options: WriteOptions = {},
): Promise<void> {
  const kind = kindOf(context, PODS);
  const { metadata, target } = readBinding(podName, input);
  await retryOnStored<undefined>(context, kind, { namespace, name: podName }, ATTEMPTS, async (stored) => {
    checkUpdatePreconditions(kind, metadata, stored);
    const pod = assignPod(decodeObject(stored), target, context.clock.now());
    const result = await commit(context, updateWrite(kind, lazyBefore(stored), pod, options.fence), options.dryRun);
    if (result.ok) {
      return undefined;
    }
    if (result.reason !== 'conflict') {
      throw writeError(kind, podName, result.reason);
    }
    return RETRY;
  });
}

/** Compared on the given pods' versions: a pod that changed meanwhile answers Conflict and is scheduled again. */
export async function bindAll(
  context: RegistryContext,
  bindings: readonly { pod: StoredObject; nodeName: string }[],
  options: WriteOptions = {},
): Promise<(StoredObject | Error)[]> {
  const kind = kindOf(context, PODS);
  const now = context.clock.now();
  return batchWrites(
    context,
    kind,
    bindings,
    ({ pod, nodeName }) => {
      const before = lazyBefore(pod);
      return updateWrite(kind, before, assignPod(before.object, { nodeName }, now), options.fence);
    },
    options,
  );
}
