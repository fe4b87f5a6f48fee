/**
 * pages/: what the kubelet of a node answers at its own port (10250), for the node proxy of the API. One page a file,
 * each a pure function of what is known of the node. Source: kubelet/server/server.go, 1.34. Reads the registry and the
 * node's runtime, so any process can answer; only the counts of probes are the process's own.
 * May import what the kubelet may, and of it `faults/` and what nodes and pods are; writes nothing.
 */
import { notFound, StatusError } from '../../errors.ts';
import { decodeObject, type Registry } from '../../registry/registry.ts';
import { ownUsage, type UsingPod, usageOf } from '../../resources/metrics/pod-usage.ts';
import { type Runtime, RuntimeError, type RuntimePod } from '../../runtimes/runtime.ts';
import type { Clock } from '../../timing/clock.ts';
import type { KubeObject } from '../../values/object.ts';
import type { KubeletSettings } from '../context.ts';
import type { FaultView } from '../faults/fault-view.ts';
import { NO_NODE_FAULTS } from '../faults/faults.ts';
import { type Node, runtimeOf } from '../node.ts';
import { internalIP } from '../node-addresses.ts';
import { KUBELET_PORT } from '../node-status.ts';
import type { Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { cadvisorMetrics } from './cadvisor-metrics.ts';
import { configz } from './configz.ts';
import { kubeletMetrics } from './kubelet-metrics.ts';
import { NodeCpu } from './node-cpu.ts';
import { podsPage, runningPodsPage } from './pods-page.ts';
import type { ProbeCounts } from './probe-counts.ts';
import { probeMetrics } from './probe-metrics.ts';
import { resourceMetrics } from './resource-metrics.ts';
import { summary } from './summary.ts';
import type { NodeUsage } from './usage.ts';

export interface Page {
  readonly contentType: string;
  readonly text: string;
}

interface DialError {
  readonly address: string;
  readonly message: string;
}

export interface NodePages {
  /** undefined: there is no such page. Throws 404 for no such node and 503 when its kubelet does not answer. */
  read(nodeName: string, path: string): Promise<Page | undefined>;
  /** Why nobody gets through to the node's kubelet. */
  dialError(node: KubeObject): DialError | undefined;
}

interface NodePagesOptions {
  readonly registry: Registry;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly config: KubeletSettings;
  readonly probes: ProbeCounts;
  readonly faults: Pick<FaultView, 'ofNode'>;
  readonly clock: Clock;
}

/** What pages are made of; each reads only what it needs. */
export interface NodeSight {
  readonly node: Node;
  readonly runtime: Runtime;
  readonly config: KubeletSettings;
  readonly now: number;
  readonly probes: ProbeCounts;
  pods(): Promise<readonly Pod[]>;
  runtimePods(): Promise<readonly RuntimePod[]>;
  usage(): Promise<NodeUsage>;
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Prometheus' text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const json = async (value: object | Promise<object>): Promise<Page> => ({
  contentType: JSON_TYPE,
  text: JSON.stringify(await value),
});
const metrics = async (text: string | Promise<string>): Promise<Page> => ({
  contentType: METRICS_TYPE,
  text: await text,
});

async function healthz({ runtime, node }: NodeSight): Promise<Page> {
  const { ready, message = 'container runtime is not ready' } = await runtime.info(node.metadata.name);
  if (!ready) {
    throw new StatusError('ServiceUnavailable', `healthz check failed: ${message}`, {});
  }
  return { contentType: TEXT_TYPE, text: 'ok' };
}

const PAGES: Readonly<Record<string, (sight: NodeSight) => Promise<Page>>> = {
  healthz,
  'healthz/ping': healthz,
  'healthz/log': healthz,
  'healthz/syncloop': healthz,
  configz: (sight) => json(configz(sight)),
  pods: async (sight) => json(podsPage(await sight.pods())),
  runningpods: async (sight) => json(runningPodsPage(await sight.runtimePods())),
  'stats/summary': async (sight) =>
    json(summary(sight, await sight.usage(), await sight.runtime.hostSignals?.left(sight.node.metadata.name))),
  metrics: (sight) => metrics(kubeletMetrics(sight)),
  'metrics/cadvisor': async (sight) => metrics(cadvisorMetrics(sight, await sight.usage())),
  'metrics/resource': async (sight) => metrics(resourceMetrics(await sight.usage(), sight.now)),
  'metrics/probes': async (sight) => metrics(probeMetrics(await sight.pods(), sight.probes)),
};

const REFUSED = 'connect: connection refused';

function dialErrorOf(node: Node, how: string): DialError {
  const address = `${internalIP(node)}:${KUBELET_PORT}`;
  return { address, message: `dial tcp ${address}: ${how}` };
}

export function createNodePages({ registry, runtimes, config, probes, faults, clock }: NodePagesOptions): NodePages {
  const cpu = new NodeCpu();
  const look = (node: Node, runtime: Runtime): NodeSight => {
    const { name } = node.metadata;
    const now = clock.now();
    const pods = (): Promise<Pod[]> => podsOnNode(registry, name);
    return {
      ...{ node, runtime, config, now, probes, pods },
      runtimePods: () => runtime.list([name]),
      async usage() {
        const { stats } = runtime;
        const all = stats === undefined ? [] : await pods();
        const used = await Promise.all(
          all.map(async (pod) => ({
            pod,
            containers: stats === undefined ? [] : await usageOf(pod as UsingPod, stats, now),
          })),
        );
        return cpu.count(
          name,
          { own: ownUsage(stats ?? {}), pods: used.filter(({ containers }) => containers.length > 0) },
          now,
        );
      },
    };
  };
  const dialError = (object: KubeObject): DialError | undefined => {
    const node = object as Node;
    const { dead } = runtimeOf(node) === undefined ? NO_NODE_FAULTS : faults.ofNode(node);
    return dead === undefined ? undefined : dialErrorOf(node, dead === 'refused' ? REFUSED : 'i/o timeout');
  };
  return {
    dialError,
    async read(nodeName, path) {
      const stored = await registry.find('nodes', '', nodeName);
      if (stored === undefined) {
        throw notFound({ group: '', resource: 'nodes' }, nodeName);
      }
      const node = decodeObject<Node>(stored);
      const runtime = runtimes.get(runtimeOf(node) ?? '');
      const dead = dialError(node);
      if (runtime === undefined || dead !== undefined) {
        const { message } = dead ?? dialErrorOf(node, REFUSED);
        throw new StatusError('ServiceUnavailable', `error trying to reach service: ${message}`, {});
      }
      const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
      try {
        return await page?.(look(node, runtime));
      } catch (error) {
        if (error instanceof RuntimeError) {
          throw new StatusError(
            'ServiceUnavailable',
            `container runtime is down: ${error.message}`,
            {},
            { cause: error },
          );
        }
        throw error;
      }
    },
  };
}
