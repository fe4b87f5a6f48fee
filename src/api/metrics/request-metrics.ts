/** Requests counted and timed, under the names of kube-apiserver's metrics. */
import type { FastifyRequest } from 'fastify';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { asksToWatch, type Query } from '../query.ts';
import { isLongRunning, type RouteLabels, routeLabels } from './route-labels.ts';

/** Seconds. Source: apiserver_request_duration_seconds. */
const BUCKETS = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
];
const LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;
const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Called once, when the request is over. */
export type EndRequest = (code: number, seconds: number) => void;

export class RequestMetrics {
  readonly #total: Counter<(typeof LABELS)[number] | 'code'>;
  readonly #duration: Histogram<(typeof LABELS)[number]>;
  readonly #inflight: Gauge<'request_kind'>;
  readonly #longRunning: Gauge<(typeof LABELS)[number]>;
  /** By route, method and whether it lasts: a request's labels are not worked out twice. */
  readonly #labels = new Map<string, RouteLabels>();

  constructor(register: Registry) {
    const registers = [register];
    this.#total = new Counter({
      ...{ name: 'apiserver_request_total', registers, labelNames: [...LABELS, 'code'] },
      help: 'Requests that are over, by verb, group, version, resource, scope and HTTP response code.',
    });
    this.#duration = new Histogram({
      ...{ name: 'apiserver_request_duration_seconds', registers, labelNames: LABELS, buckets: BUCKETS },
      help: 'Seconds until the last byte of the answer, of requests that do not last by design.',
    });
    this.#inflight = new Gauge({
      ...{ name: 'apiserver_current_inflight_requests', registers, labelNames: ['request_kind'] },
      help: 'Requests under way, watches and connections apart.',
    });
    this.#longRunning = new Gauge({
      ...{ name: 'apiserver_longrunning_requests', registers, labelNames: LABELS },
      help: 'Open watches, streams, terminals and forwarded ports.',
    });
  }

  begin(request: FastifyRequest, upgraded: boolean): EndRequest {
    const labels = this.#labelsOf(request, upgraded);
    const gauge = isLongRunning(labels)
      ? this.#longRunning.labels({ ...labels })
      : this.#inflight.labels({ request_kind: READING.includes(request.method) ? 'readOnly' : 'mutating' });
    gauge.inc();
    return (code, seconds) => {
      gauge.dec();
      this.#total.inc({ ...labels, code });
      if (!isLongRunning(labels)) {
        this.#duration.observe({ ...labels }, seconds);
      }
    };
  }

  #labelsOf({ method, is404, routeOptions, query }: FastifyRequest, upgraded: boolean): RouteLabels {
    const route = is404 ? undefined : routeOptions.url;
    const isWatch = method === 'GET' && asksToWatch(query as Query);
    const key = `${method} ${String(upgraded)} ${String(isWatch)} ${route ?? ''}`;
    const known = this.#labels.get(key);
    if (known !== undefined) {
      return known;
    }
    const labels = routeLabels(method, route, isWatch, upgraded);
    this.#labels.set(key, labels);
    return labels;
  }
}
