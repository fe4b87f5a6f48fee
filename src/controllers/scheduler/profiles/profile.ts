/** A profile made ready: which plugins refuse and which give points, with which weights. Source: framework/runtime. */
import type { ExtensionPoint, PluginArgs, SchedulerProfile } from '../../../values/scheduler-profile.ts';
import { PLUGINS } from '../plugins/index.ts';
import type { Plugin } from '../plugins/plugin.ts';

export interface EnabledPlugin {
  readonly plugin: Plugin;
  readonly filters: boolean;
  /** Of its points; undefined: they do not count. */
  readonly weight: number | undefined;
}
export interface Profile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore: number;
  readonly plugins: readonly EnabledPlugin[];
  readonly args: PluginArgs;
  /** Pods may take the place of less important ones. */
  readonly preempts: boolean;
}

/** The weight at an extension point; undefined: disabled there. What one point says comes before `multiPoint`. */
function weightAt(
  { plugins }: SchedulerProfile,
  point: ExtensionPoint,
  name: string,
  weight: number,
): number | undefined {
  for (const set of [plugins[point], plugins.multiPoint]) {
    const enabled = set?.enabled.find((each) => each.name === name);
    if (enabled !== undefined) {
      return enabled.weight || weight;
    }
    if (set?.disabled.some((disabled) => disabled === name || disabled === '*') === true) {
      return undefined;
    }
  }
  return weight;
}

export function readyProfile(profile: SchedulerProfile, percentageOfNodesToScore: number): Profile {
  return {
    schedulerName: profile.schedulerName,
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? percentageOfNodesToScore,
    plugins: PLUGINS.map((plugin) => ({
      plugin,
      filters: weightAt(profile, 'filter', plugin.name, 1) !== undefined,
      weight: weightAt(profile, 'score', plugin.name, plugin.weight ?? 1),
    })),
    args: profile.pluginConfig,
    preempts: weightAt(profile, 'postFilter', 'DefaultPreemption', 1) !== undefined,
  };
}
