/** What holds for one virtual node: the fleet's KubeletConfiguration under its own. Pure; what is bad is named and left out. */
import type { Rate } from '../timing/token-bucket.ts';
import { amountOf } from '../values/amounts.ts';
import {
  ASSIGNED_ANNOTATION,
  type ConfigVerdict,
  parseAssignment,
  verdictOf,
} from '../values/kubelet-configuration/assignment.ts';
import {
  type KubeletConfiguration,
  overlay,
  readKubeletConfiguration,
  type WholeConfiguration,
} from '../values/kubelet-configuration/configuration.ts';
import { parseGoDuration } from '../values/kubelet-configuration/go-duration.ts';
import { staticFields } from '../values/kubelet-configuration/static-fields.ts';
import { parseThreshold } from '../values/kubelet-configuration/thresholds.ts';
import { semanticProblems } from '../values/kubelet-configuration/validate.ts';
import type { KubeletSettings } from './context.ts';
import { CAPACITY_ANNOTATION, KUBELET_ANNOTATION, type Node } from './node.ts';
import { withAskedGrace } from './shutdown/groups.ts';

export interface NodeSettings {
  /** In force on the node. */
  readonly configuration: WholeConfiguration;
  readonly capacity: Readonly<Record<string, string>>;
  /** What of it the node itself was told to have, but pods: its host counts for the rest. */
  readonly ownCapacity: Readonly<Record<string, string>>;
  readonly nodeStatusUpdateMs: number;
  readonly nodeStatusReportMs: number;
  readonly maxRestartBackOffMs: number;
  /** Of its events. */
  readonly eventRate: Rate;
  /** What it says of the KubeletConfigs that it was given. */
  readonly verdict: ConfigVerdict | undefined;
  /** Annotations that could not be read, for an event. */
  readonly problems: readonly string[];
}

const DEFAULT_CAPACITY: Readonly<Record<string, string>> = {
  cpu: '32',
  memory: '256Gi',
  pods: '110',
  'ephemeral-storage': '1Ti',
};

/** A NodePool's `spec.kubelet`. */
interface KubeletAnnotation {
  readonly maxPods?: unknown;
  readonly kubeReserved?: unknown;
  readonly systemReserved?: unknown;
  readonly leaseDurationSeconds?: unknown;
  readonly nodeStatusUpdateFrequencySeconds?: unknown;
}

/** What comes later wins: the file, the pool's KubeletConfig, the node's, the flags, what the node says of itself. */
export function nodeSettings(node: Node, { configuration: fleet, flags = {} }: KubeletSettings): NodeSettings {
  const problems: string[] = [];
  const { whole, verdict } = withAssigned(node, fleet);
  const configuration = withAskedGrace(node, overlay(overlay(whole, flags), annotated(node, problems)));
  const amounts = readJson<Record<string, string | number>>(node, CAPACITY_ANNOTATION, problems);
  const told = texts(amounts ?? {});
  const { pods: _, ...ownCapacity } = told;
  const capacity = { ...DEFAULT_CAPACITY, ...(amounts === undefined ? node.status?.capacity : told) };
  return {
    configuration,
    capacity: { ...capacity, ...podCapacity(configuration, capacity) },
    ownCapacity,
    nodeStatusUpdateMs: parseGoDuration(configuration.nodeStatusUpdateFrequency) ?? 0,
    nodeStatusReportMs: parseGoDuration(configuration.nodeStatusReportFrequency) ?? 0,
    maxRestartBackOffMs: parseGoDuration(configuration.crashLoopBackOff.maxContainerRestartPeriod ?? '') ?? 300_000,
    eventRate: eventRateOf(configuration),
    verdict,
    problems,
  };
}

/** No queries a second are no limit. Source: kubelet.config.k8s.io/v1beta1, eventRecordQPS. */
export const eventRateOf = ({ eventRecordQPS: perSecond, eventBurst }: WholeConfiguration): Rate => ({
  perSecond,
  burst: perSecond === 0 ? Number.POSITIVE_INFINITY : eventBurst,
});

/** Each document is right by itself; together with the file they may not be. Then none of them holds. */
function withAssigned(
  { metadata: { annotations } }: Node,
  fleet: WholeConfiguration,
): { readonly whole: WholeConfiguration; readonly verdict: ConfigVerdict | undefined } {
  const assignment = parseAssignment(annotations?.[ASSIGNED_ANNOTATION]);
  if (assignment === undefined) {
    return { whole: fleet, verdict: undefined };
  }
  let whole = fleet;
  const problems: string[] = [];
  for (const { configuration: raw } of assignment.layers) {
    const { configuration, problems: wrong } = readKubeletConfiguration(raw);
    // The document comes from an annotation, which more than the controller may write.
    const fixed = staticFields(configuration).map((name) => `${name}: cannot be changed while the kubelet runs`);
    problems.push(...wrong, ...fixed);
    whole = overlay(whole, configuration);
  }
  problems.push(...(problems.length === 0 ? semanticProblems(whole) : []));
  return { whole: problems.length === 0 ? whole : fleet, verdict: verdictOf(assignment, problems) };
}

/** Source: kubelet/nodestatus/setters.go, MachineInfo. */
function podCapacity(
  { maxPods, podsPerCore = 0 }: WholeConfiguration,
  { cpu = '0', pods = '0' }: Readonly<Record<string, string>>,
): { readonly pods?: string } {
  const most = maxPods ?? amountOf('pods', pods);
  const cores = Math.floor(amountOf('cpu', cpu) / 1_000);
  return { pods: String(podsPerCore > 0 ? Math.min(cores * podsPerCore, most) : most) };
}

function annotated(node: Node, problems: string[]): KubeletConfiguration {
  const own = readJson<KubeletAnnotation>(node, KUBELET_ANNOTATION, problems);
  if (own === undefined) {
    return {};
  }
  const { maxPods, kubeReserved, systemReserved } = own;
  const { leaseDurationSeconds: lease, nodeStatusUpdateFrequencySeconds: seconds } = own;
  const given = {
    ...{ maxPods, kubeReserved, systemReserved, nodeLeaseDurationSeconds: lease },
    nodeStatusUpdateFrequency: seconds === undefined ? undefined : `${String(seconds)}s`,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { configuration, problems: wrong } = readKubeletConfiguration(set);
  problems.push(...wrong.map((problem) => `annotation ${KUBELET_ANNOTATION}: ${problem}`));
  return wrong.length > 0 ? {} : configuration;
}

const texts = (quantities: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(quantities).map(([name, value]) => [name, String(value)]));

function readJson<T extends object>(node: Node, annotation: string, problems: string[]): T | undefined {
  const text = node.metadata.annotations?.[annotation];
  if (text === undefined || text === '') {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as T;
    }
    problems.push(`annotation ${annotation} is no JSON object`);
  } catch (error) {
    problems.push(`annotation ${annotation} is no JSON: ${(error as Error).message}`);
  }
  return undefined;
}

/** Below their hard thresholds the kubelet would evict, so that much is not given out. Source: cm/node_container_manager_linux.go. */
const HELD_BACK: Readonly<Record<string, string>> = {
  memory: 'memory.available',
  'ephemeral-storage': 'nodefs.available',
};

/** Capacity less what is reserved and less the hard eviction thresholds; never negative. */
export function allocatableAmounts({
  capacity,
  configuration,
}: Pick<NodeSettings, 'capacity' | 'configuration'>): Map<string, number> {
  const { kubeReserved = {}, systemReserved = {}, evictionHard } = configuration;
  const threshold = (name: string, whole: number): number => {
    const signal = HELD_BACK[name] ?? '';
    const text = evictionHard[signal];
    const value = text === undefined ? undefined : parseThreshold(signal, text);
    return typeof value === 'function' ? value(whole) : 0;
  };
  return new Map(
    Object.entries(capacity).map(([name, text]) => {
      const whole = amountOf(name, text);
      const reserved = amountOf(name, kubeReserved[name] ?? '0') + amountOf(name, systemReserved[name] ?? '0');
      return [name, Math.max(0, whole - reserved - threshold(name, whole))];
    }),
  );
}
