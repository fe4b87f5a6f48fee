/** Probes that were run, by result. Source: kubelet/prober/prober_manager.go, ProberResults. */
import type { Pod } from '../pod.ts';
import { exposition } from './exposition.ts';
import type { ProbeCounts } from './probe-counts.ts';

const TYPES: Readonly<Record<string, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

export function probeMetrics(pods: readonly Pod[], probes: ProbeCounts): string {
  const samples = pods.flatMap(({ metadata: { namespace, name, uid } }) =>
    probes.of(uid).map(({ container, type, result, count }) => ({
      labels: {
        ...{ container, namespace, pod: name, pod_uid: uid },
        ...{ probe_type: TYPES[type] ?? type, result },
      },
      value: count,
    })),
  );
  const help = '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.';
  return exposition([{ name: 'prober_probe_total', type: 'counter', help, samples }]);
}
