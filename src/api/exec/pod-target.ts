/** The pod, container and runtime that a streaming subresource is about. */

import { badRequest } from '../../errors.ts';
import { decodeObject } from '../../registry/registry.ts';
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { Streaming } from '../../runtimes/runtime.ts';
import type { ApiContext } from '../context.ts';
import { chooseContainer, type LoggingPod } from '../logs/log-container.ts';
import { streamingOf } from '../logs/open-logs.ts';

export interface PodTarget {
  readonly pod: LoggingPod;
  readonly uid: string;
  readonly streaming: Streaming;
}

/** Throws 404 for no such pod, 400 for one without a node. Source: pkg/registry/core/pod/strategy.go, streamLocation. */
export async function findPod(context: ApiContext, namespace: string, name: string): Promise<LoggingPod> {
  return decodeObject<LoggingPod>(await context.registry.get('pods', namespace, name));
}

export async function podTarget(context: ApiContext, pod: LoggingPod): Promise<PodTarget> {
  const { nodeName = '' } = pod.spec;
  if (nodeName === '') {
    throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  }
  return { pod, uid: runtimeUid(pod), streaming: await streamingOf(context, nodeName) };
}

export async function containerTarget(
  context: ApiContext,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  wanted: string,
): Promise<PodTarget & { readonly container: string }> {
  const pod = await findPod(context, namespace, name);
  const container = chooseContainer(pod, wanted);
  return { ...(await podTarget(context, pod)), container };
}
