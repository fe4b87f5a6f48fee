/**
 * An APIService for every group-version that is served, at every start. Source: kube-apiserver's
 * pkg/controlplane/apiserver/aggregator.go, 1.34, whose priorities these are.
 */
import type { ApiService } from '../resources/apiregistration/api-service.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { METRICS } from '../resources/metrics/metrics.ts';
import { REVIEWS } from '../resources/reviews/index.ts';
import { formatTime } from '../values/rfc3339.ts';
import { API_SERVER, createUnlessThere } from './create-unless-there.ts';
import type { Registry } from './registry.ts';

const API_SERVICES = 'apiservices.apiregistration.k8s.io';

/** Group → priority among groups. Others have what custom resources have. */
const GROUP_PRIORITIES: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
};
const OTHER_GROUP = 1_000;
/** v2 goes before v1. */
const versionPriority = (version: string): number => (version === 'v2' ? 30 : 15);

type GroupVersion = Pick<ResourceDefinition, 'group' | 'version'>;

function serviceOf({ group, version }: GroupVersion, now: number): ApiService {
  const available = {
    ...{ type: 'Available', status: 'True', lastTransitionTime: formatTime(now) },
    ...{ reason: 'Local', message: 'Local APIServices are always available' },
  };
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}`, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: {
      ...(group === '' ? {} : { group }),
      version,
      groupPriorityMinimum: GROUP_PRIORITIES[group] ?? OTHER_GROUP,
      versionPriority: group === '' ? 1 : versionPriority(version),
    },
    status: { conditions: [available] },
  };
}

export async function ensureApiServices(
  registry: Pick<Registry, 'definitions' | 'list' | 'create'>,
  now: number,
): Promise<void> {
  const { items } = await registry.list(API_SERVICES, {});
  const known = new Set(items.map(({ name }) => name));
  const served = [...registry.definitions(), ...REVIEWS, ...METRICS];
  const all = new Map(served.map(({ group, version }) => [`${version}.${group}`, { group, version }]));
  const missing = [...all].filter(([name]) => !known.has(name));
  const create = (groupVersion: GroupVersion): Promise<void> =>
    createUnlessThere(registry, API_SERVICES, '', serviceOf(groupVersion, now), API_SERVER);
  await Promise.all(missing.map(([, groupVersion]) => create(groupVersion)));
}
