/** The profiles of the scheduler, in the form that KubeSchedulerConfiguration gives them. */
import {
  DEFAULT_PROFILE,
  EXTENSION_POINTS,
  type PluginArgs,
  type PluginSet,
  type SchedulerProfile,
  type ScoringStrategy,
  type WeightedResource,
} from '../values/scheduler-profile.ts';
import type { Parser } from './parsers.ts';
import { flagValue, listOf, oneOf, record, type Shape, text, whole } from './shapes.ts';

/** Those that can be switched off and weighed; the queue's order and the binding are not plugins here. */
const PLUGINS = [
  ...['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit'],
  ...['VolumeRestrictions', 'NodeVolumeLimits', 'VolumeBinding', 'VolumeZone', 'PodTopologySpread'],
  ...['InterPodAffinity', 'DefaultPreemption', 'NodeResourcesBalancedAllocation', 'ImageLocality'],
];
const CPU_AND_MEMORY: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

const resources: Shape<readonly WeightedResource[]> = (raw) =>
  listOf(record<{ name: string; weight?: number }>({ name: text, weight: whole(1, 100) }, ['name']))(raw)?.map(
    ({ name, weight = 1 }) => ({ name, weight }),
  );

const strategy: Shape<ScoringStrategy> = (raw) => {
  const shape = listOf(
    record<{ utilization: number; score: number }>({ utilization: whole(0, 100), score: whole(0, 10) }, [
      ...(['utilization', 'score'] as const),
    ]),
  );
  const given = record<Partial<ScoringStrategy>>({
    type: oneOf('LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'),
    resources,
    requestedToCapacityRatio: record<{ shape: readonly { utilization: number; score: number }[] }>({ shape }, [
      'shape',
    ]),
  })(raw);
  const { type = 'LeastAllocated', requestedToCapacityRatio: ratio } = given ?? {};
  const rises = (ratio?.shape ?? []).every(
    ({ utilization }, index, all) => index === 0 || utilization > (all[index - 1]?.utilization ?? 0),
  );
  const isWhole = (type === 'RequestedToCapacityRatio') === (ratio?.shape.length ?? 0) > 0;
  return given === undefined || !rises || !isWhole ? undefined : { resources: CPU_AND_MEMORY, ...given, type };
};

const ARGS: { readonly [N in keyof PluginArgs]-?: Shape<PluginArgs[N]> } = {
  NodeResourcesFit: record<NonNullable<PluginArgs['NodeResourcesFit']>>({
    scoringStrategy: strategy,
    ignoredResources: listOf(text),
  }),
  NodeResourcesBalancedAllocation: record<NonNullable<PluginArgs['NodeResourcesBalancedAllocation']>>({ resources }),
  InterPodAffinity: record<NonNullable<PluginArgs['InterPodAffinity']>>({
    hardPodAffinityWeight: whole(0, 100),
    ignorePreferredTermsOfExistingPods: flagValue,
  }),
  PodTopologySpread: record<NonNullable<PluginArgs['PodTopologySpread']>>({
    defaultingType: oneOf('System', 'List'),
    defaultConstraints: listOf(
      record<{ maxSkew: number; topologyKey: string; whenUnsatisfiable: string }>(
        {
          maxSkew: whole(1, 2 ** 31 - 1),
          topologyKey: text,
          whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
        },
        ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
      ),
    ),
  }),
};

/** A list of `{ name, args }` becomes args by name. */
const pluginConfig: Shape<PluginArgs> = (raw) => {
  const names = Object.keys(ARGS) as (keyof PluginArgs)[];
  const item: Shape<[string, unknown]> = (each) => {
    const named = record<{ name: keyof PluginArgs; args?: unknown }>({ name: oneOf(...names), args: (args) => args }, [
      'name',
    ])(each);
    const args = named === undefined ? undefined : ARGS[named.name](named.args ?? {});
    return named === undefined || args === undefined ? undefined : [named.name, args];
  };
  const entries = listOf(item)(raw);
  return entries === undefined ? undefined : (Object.fromEntries(entries) as PluginArgs);
};

const pluginSet: Shape<PluginSet> = (raw) => {
  const enabled = record<{ name: string; weight?: number }>(
    { name: oneOf(...PLUGINS), weight: whole(0, 2 ** 31 - 1) },
    ['name'],
  );
  const disabled = record<{ name: string }>({ name: oneOf('*', ...PLUGINS) }, ['name']);
  const given = record<{
    enabled?: readonly { name: string; weight?: number }[];
    disabled?: readonly { name: string }[];
  }>({ enabled: listOf(enabled), disabled: listOf(disabled) })(raw);
  return given && { enabled: given.enabled ?? [], disabled: (given.disabled ?? []).map(({ name }) => name) };
};

const points = Object.fromEntries(EXTENSION_POINTS.map((point) => [point, pluginSet]));
const profile: Shape<SchedulerProfile> = (raw) => {
  const given = record<Partial<SchedulerProfile>>({
    schedulerName: text,
    percentageOfNodesToScore: whole(0, 100),
    plugins: record<SchedulerProfile['plugins']>(
      points as { [K in keyof SchedulerProfile['plugins']]-?: Shape<PluginSet> },
    ),
    pluginConfig,
  })(raw);
  return given && { ...DEFAULT_PROFILE, ...given };
};

/** A list in the YAML file, the same as JSON text in the environment. */
export const schedulerProfiles: Parser<readonly SchedulerProfile[]> = {
  allowed:
    'a list of profiles as in KubeSchedulerConfiguration, each with a schedulerName of its own (docs/scheduling.md)',
  parse: (raw) => {
    const profiles = listOf(profile)(typeof raw === 'string' ? asJson(raw) : raw);
    const names = new Set(profiles?.map(({ schedulerName }) => schedulerName));
    return profiles !== undefined && profiles.length > 0 && names.size === profiles.length ? profiles : undefined;
  },
  show: (value) => value.map(({ schedulerName }) => schedulerName).join(', '),
};

function asJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    // Not JSON is not allowed: the caller says what is.
    return undefined;
  }
}
