/** Probes that were run, by result. Source: kubelet/prober/prober_manager.go, ProberResults. */
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { Pod } from '../pod.ts';
import { exposition } from './exposition.ts';
import type { ProbeCounts } from './probe-counts.ts';

const TYPES: Readonly<Record<string, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

export function probeMetrics(pods: readonly Pod[], probes: ProbeCounts): string {
  const samples = pods.flatMap((pod) =>
    probes.of(runtimeUid(pod)).map(({ container, type, result, count }) => ({
      labels: {
        ...{ container, namespace: pod.metadata.namespace, pod: pod.metadata.name, pod_uid: runtimeUid(pod) },
        ...{ probe_type: TYPES[type] ?? type, result },
      },
      value: count,
    })),
  );
  const help = '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.';
  return exposition([{ name: 'prober_probe_total', type: 'counter', help, samples }]);
}
