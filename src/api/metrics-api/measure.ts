/** Stored pods and nodes as what they use, in the form that answers are rendered from. */
import { decodeObject, type ListOptions, type ObjectText } from '../../registry/registry.ts';
import type { NodeMetrics, PodMetrics } from '../../resources/metrics/metrics.ts';
import { amounts, ownUsage, type UsingPod, usageOf } from '../../resources/metrics/pod-usage.ts';
import type { Stats } from '../../runtimes/runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { ApiContext } from '../context.ts';
import { runtimeOf } from '../node-runtime.ts';

const API_VERSION = 'metrics.k8s.io/v1beta1';
const WINDOW = '30s';

/** Never stored: no version. */
const asText = (object: KubeObject): ObjectText => ({ body: JSON.stringify(object), revision: 0 });

function heading({ metadata }: KubeObject, at: number) {
  const { name = '', namespace, labels } = metadata;
  const time = formatTime(at);
  return {
    apiVersion: API_VERSION,
    metadata: {
      ...{ name, creationTimestamp: time },
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    },
    ...{ timestamp: time, window: WINDOW },
  };
}

type StatsByNode = ReadonlyMap<string, Stats>;

/** Of the nodes whose runtime is served here and has figures. */
function statsOf(context: ApiContext, nodes: readonly KubeObject[]): StatsByNode {
  return new Map(
    nodes.flatMap((node): [string, Stats][] => {
      const isDead = context.nodePages.dialError(node) !== undefined;
      const stats = isDead ? undefined : runtimeOf(context, node).runtime?.stats;
      return stats === undefined ? [] : [[node.metadata.name ?? '', stats]];
    }),
  );
}

async function statsOfPods(context: ApiContext, pods: readonly UsingPod[]): Promise<StatsByNode> {
  const names = new Set(pods.map(({ spec }) => spec?.nodeName ?? ''));
  names.delete('');
  const keys = [...names].map((name) => ({ namespace: '', name }));
  const nodes = await context.registry.getMany('nodes', keys);
  return statsOf(
    context,
    nodes.map((node) => decodeObject(node)),
  );
}

/** Pods that run nothing have no figures. */
export async function measurePods(context: ApiContext, stored: readonly ObjectText[]): Promise<ObjectText[]> {
  const pods = stored.map((one) => decodeObject<UsingPod>(one));
  const stats = await statsOfPods(context, pods);
  const at = context.clock.now();
  const measured = pods.map(async (pod) => {
    const ofNode = stats.get(pod.spec?.nodeName ?? '');
    const used = ofNode === undefined ? [] : await usageOf(pod, ofNode, at);
    const containers = used.map(({ name, usage }) => ({ name, usage: amounts(usage) }));
    const metrics: PodMetrics = { kind: 'PodMetrics', ...heading(pod, at), containers };
    return containers.length === 0 ? [] : [asText(metrics)];
  });
  return (await Promise.all(measured)).flat();
}

/** The pods that count: those of a single node have an index, of more of them all are read, a page at a time. */
const podsOn = ([only, ...others]: readonly string[]): ListOptions =>
  only === undefined || others.length > 0 ? {} : { fields: [{ path: 'spec.nodeName', operator: '=', value: only }] };

async function usageByNode(context: ApiContext, stats: StatsByNode, at: number, signal: AbortSignal) {
  const totals = new Map([...stats].map(([name, ofNode]) => [name, { ...ownUsage(ofNode) }]));
  const add = async (items: readonly ObjectText[]): Promise<void> => {
    const measured = items.map(async (one) => {
      const pod = decodeObject<UsingPod>(one);
      const nodeName = pod.spec?.nodeName ?? '';
      const [total, ofNode] = [totals.get(nodeName), stats.get(nodeName)];
      if (total !== undefined && ofNode !== undefined) {
        for (const { usage } of await usageOf(pod, ofNode, at)) {
          total.cpu += usage.cpu;
          total.memory += usage.memory;
        }
      }
    });
    await Promise.all(measured);
  };
  if (totals.size === 0) {
    return totals;
  }
  const { items, rest } = await context.registry.listStream('pods', podsOn([...stats.keys()]), signal);
  await add(items);
  for await (const page of rest ?? []) {
    await add(page);
  }
  return totals;
}

export async function measureNodes(
  context: ApiContext,
  stored: readonly ObjectText[],
  signal: AbortSignal,
): Promise<ObjectText[]> {
  const nodes = stored.map((one) => decodeObject(one));
  const at = context.clock.now();
  const totals = await usageByNode(context, statsOf(context, nodes), at, signal);
  return nodes.flatMap((node) => {
    const total = totals.get(node.metadata.name ?? '');
    if (total === undefined) {
      return [];
    }
    const metrics: NodeMetrics = { kind: 'NodeMetrics', ...heading(node, at), usage: amounts(total) };
    return [asText(metrics)];
  });
}
