/**
 * The pods of a node's own manifests. Their mirrors are the pods here: as the kubelet's state is in the same store as
 * the API's objects, a static pod runs through its mirror, and one whose mirror is deleted starts again.
 */
import { StatusError } from '../../errors.ts';
import type { Fence } from '../../registry/registry.ts';
import type { KubeletContext } from '../context.ts';
import { recordProblem } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import type { Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { folderOf, hashOf, type Mirror, mirrorOf } from './mirror.ts';

export async function syncStaticPods(
  context: KubeletContext,
  { node, settings }: NodeWork,
  fence: Fence,
): Promise<void> {
  const { staticPodPath = '' } = settings.configuration;
  const { registry, manifests, clock } = context;
  if (staticPodPath === '' || manifests === undefined) {
    return;
  }
  const { name: nodeName } = node.metadata;
  const report = (file: string, why: string): void =>
    recordProblem(context.recorder, node, `static pod ${file}: ${why}`);
  let files: Awaited<ReturnType<typeof manifests.read>>;
  try {
    files = await manifests.read(folderOf(staticPodPath, nodeName));
  } catch (error) {
    // What cannot be read ends nothing.
    report(staticPodPath, (error as Error).message);
    return;
  }
  const wanted = new Map<string, Mirror>();
  for (const { file, content } of files) {
    const mirror = 'problem' in content ? content.problem : mirrorOf(content.value, file, node, clock.now());
    if (typeof mirror === 'string') {
      report(file, mirror);
    } else {
      wanted.set(`${mirror.namespace}/${mirror.name}`, mirror);
    }
  }
  const mirrors = (await podsOnNode(registry, nodeName)).filter((pod) => hashOf(pod) !== undefined);
  const unreadable = files.some(({ content }) => 'problem' in content);
  for (const pod of mirrors) {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const mirror = wanted.get(key);
    wanted.delete(key);
    const isOver = mirror === undefined ? !unreadable : mirror.hash !== hashOf(pod);
    if (isOver && pod.metadata.deletionTimestamp === undefined) {
      await remove(context, pod, fence);
    }
  }
  for (const mirror of wanted.values()) {
    await create(context, mirror, fence, report);
  }
}

async function remove({ registry }: KubeletContext, { metadata }: Pod, fence: Fence): Promise<void> {
  const { namespace, name, uid } = metadata;
  try {
    await registry.delete('pods', namespace, name, { preconditions: { uid }, fence });
  } catch (error) {
    if (!(error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Conflict'))) {
      throw error;
    }
  }
}

async function create(
  { registry }: KubeletContext,
  { namespace, name, object }: Mirror,
  fence: Fence,
  report: (file: string, why: string) => void,
): Promise<void> {
  try {
    await registry.create('pods', namespace, object, { fence });
  } catch (error) {
    if (!(error instanceof StatusError) || error.code >= 500) {
      throw error;
    }
    report(`${namespace}/${name}`, error.message);
  }
}
