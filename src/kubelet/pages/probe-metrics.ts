/** Probes that were run, by result, and how long those took that did not fail. Source: kubelet/prober/prober_manager.go, ProberResults. */
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { Pod } from '../pod.ts';
import { exposition, type Sample } from './exposition.ts';
import type { ProbeCounts } from './probe-counts.ts';

const TYPES: Readonly<Record<string, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

export function probeMetrics(pods: readonly Pod[], probes: ProbeCounts): string {
  const labelsOf = ({ metadata: { namespace, name } }: Pod, container: string, type: string) => ({
    ...{ container, namespace, pod: name, probe_type: TYPES[type] ?? type },
  });
  const counted = pods.flatMap((pod): Sample[] =>
    probes.of(runtimeUid(pod)).map(({ container, type, result, count }) => {
      const { probe_type, ...rest } = labelsOf(pod, container, type);
      return { labels: { ...rest, pod_uid: runtimeUid(pod), probe_type, result }, value: count };
    }),
  );
  const timed = pods.flatMap((pod): Sample[] =>
    probes.durationsOf(runtimeUid(pod)).flatMap(({ container, type, buckets, seconds }): Sample[] => {
      const labels = labelsOf(pod, container, type);
      const steps = buckets.map(([bound, value]): Sample => {
        const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
        return { suffix: '_bucket', labels: { ...labels, le }, value };
      });
      const count = buckets.at(-1)?.[1] ?? 0;
      return [...steps, { suffix: '_sum', labels, value: seconds }, { suffix: '_count', labels, value: count }];
    }),
  );
  return exposition([
    {
      ...{ name: 'prober_probe_duration_seconds', type: 'histogram', samples: timed },
      help: '[ALPHA] Duration in seconds for a probe response.',
    },
    {
      ...{ name: 'prober_probe_total', type: 'counter', samples: counted },
      help: '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.',
    },
  ]);
}
