/** Which images must stay. Source: kubelet/images/image_gc_manager.go, detectImages. */
import type { ImageStore, Runtime } from '../../runtimes/runtime.ts';
import type { KubeletContext } from '../context.ts';
import { isTerminal } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';

/** Names and ids, of containers that have ended too. `nodeNames`: of all nodes that share the store. */
export async function usedImages(
  { registry }: Pick<KubeletContext, 'registry'>,
  runtime: Runtime,
  store: ImageStore,
  nodeNames: readonly string[],
): Promise<ReadonlySet<string>> {
  const [anyNode] = nodeNames;
  // A store of the host is used by all that the runtime has, also of nodes that others look after.
  const pods = await runtime.list(store.perNode === true ? nodeNames : undefined);
  const used = new Set(pods.flatMap(({ containers }) => containers.flatMap(({ image, imageId }) => [image, imageId])));
  if (store.perNode === true || anyNode === undefined) {
    return used;
  }
  for (const name of await store.used(anyNode)) {
    used.add(name);
  }
  // A pod that is about to start has no container yet.
  for (const image of await wantedImages(registry, nodeNames)) {
    const state = await runtime.images.status(anyNode, image);
    used.add(image);
    if (state.state === 'present') {
      used.add(state.imageId);
    }
  }
  return used;
}

async function wantedImages(
  registry: KubeletContext['registry'],
  nodeNames: readonly string[],
): Promise<ReadonlySet<string>> {
  const wanted = new Set<string>();
  for (const name of nodeNames) {
    for (const { spec, status } of await podsOnNode(registry, name)) {
      const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
      for (const { image } of isTerminal(status) ? [] : all) {
        if (image !== undefined) {
          wanted.add(image);
        }
      }
    }
  }
  return wanted;
}
