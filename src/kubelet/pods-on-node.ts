/** The pods that are bound to nodes, from their index. */
import { decodeObject, type Registry } from '../registry/registry.ts';
import type { Pod } from './pod.ts';

export async function podsOnNode(registry: Registry, nodeName: string): Promise<Pod[]> {
  const fields = [{ path: 'spec.nodeName', operator: '=' as const, value: nodeName }];
  const { items } = await registry.list('pods', { fields });
  return items.map((item) => decodeObject<Pod>(item));
}

/** Of several nodes by one statement. */
export async function podsOnNodes(registry: Registry, nodeNames: readonly string[]): Promise<Pod[]> {
  const { items } = await registry.list('pods', { nodeNames });
  return items.map((item) => decodeObject<Pod>(item));
}
