/** Path to page, as the kubelet's server has them. */
import { StatusError } from '../../errors.ts';
import { cadvisorMetrics } from './cadvisor-metrics.ts';
import { configz } from './configz.ts';
import { kubeletMetrics } from './kubelet-metrics.ts';
import type { NodeSight } from './node-sight.ts';
import { podsPage, runningPodsPage } from './pods-page.ts';
import { probeMetrics } from './probe-metrics.ts';
import { resourceMetrics } from './resource-metrics.ts';
import { summary } from './summary.ts';

export interface Page {
  readonly contentType: string;
  readonly text: string;
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

export const PAGES: Readonly<Record<string, (sight: NodeSight) => Promise<Page>>> = {
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
