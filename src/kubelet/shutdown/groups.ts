/** Who ends when a node shuts down: groups by priority, one after the other. Pure. Source: kubelet/nodeshutdown, 1.34. */
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import { parseGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import { SHUTDOWN_ANNOTATION } from '../../values/node-labels.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';

/**
 * On a node: its host is shutting down; without it again, it is not. A duration stands for `shutdownGracePeriod` this
 * once, what has any other value leaves what is configured.
 */

export const SHUTDOWN_MESSAGE = 'Pod was terminated in response to imminent node shutdown.';
export const SHUTDOWN_REASON = 'Terminated';
/** Of the node's condition Ready. */
export const SHUTTING_DOWN = 'node is shutting down';

export interface ShutdownGroup {
  /** Of it and above, up to the next group's. */
  readonly priority: number;
  readonly seconds: number;
}

/** Source: pkg/apis/scheduling, SystemCriticalPriority. */
const CRITICAL = 2_000_000_000;

/** Lowest priority first; none: a shutdown is not graceful. */
export function shutdownGroups({
  shutdownGracePeriod = '0s',
  shutdownGracePeriodCriticalPods = '0s',
  shutdownGracePeriodByPodPriority = [],
}: KubeletConfiguration): readonly ShutdownGroup[] {
  if (shutdownGracePeriodByPodPriority.length > 0) {
    return shutdownGracePeriodByPodPriority
      .map(({ priority = 0, shutdownGracePeriodSeconds: seconds = 0 }) => ({ priority, seconds }))
      .sort((a, b) => a.priority - b.priority);
  }
  const all = Math.floor((parseGoDuration(shutdownGracePeriod) ?? 0) / 1_000);
  const critical = Math.floor((parseGoDuration(shutdownGracePeriodCriticalPods) ?? 0) / 1_000);
  const isOff = all === 0 || critical > all;
  return isOff
    ? []
    : [
        { priority: 0, seconds: all - critical },
        { priority: CRITICAL, seconds: critical },
      ];
}

/** With the grace period that the node is asked to shut down in: each group has its share of it. */
export function withAskedGrace<T extends KubeletConfiguration>(
  { metadata }: Pick<Node, 'metadata'>,
  configuration: T,
): T {
  const askedMs = parseGoDuration(metadata.annotations?.[SHUTDOWN_ANNOTATION] ?? '');
  if (askedMs === undefined) {
    return configuration;
  }
  const asked = Math.floor(askedMs / 1_000);
  const groups = shutdownGroups(configuration);
  const all = groups.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (seconds: number): number => Math.floor((seconds * asked) / all);
  const { shutdownGracePeriodByPodPriority: byPriority = [] } = configuration;
  if (byPriority.length > 0 && all > 0) {
    const shares = groups.map(({ priority, seconds }) => ({ priority, shutdownGracePeriodSeconds: share(seconds) }));
    return { ...configuration, shutdownGracePeriodByPodPriority: asked === 0 ? [] : shares };
  }
  const critical = all === 0 ? 0 : share(groups.at(-1)?.seconds ?? 0);
  return { ...configuration, shutdownGracePeriod: `${asked}s`, shutdownGracePeriodCriticalPods: `${critical}s` };
}

/** Those below the lowest are of the lowest. */
export function groupOf({ spec }: Pod, groups: readonly ShutdownGroup[]): ShutdownGroup | undefined {
  return groups.findLast(({ priority }) => priority <= (spec.priority ?? 0)) ?? groups[0];
}

export const isShuttingDown = ({ metadata }: Node, configuration: KubeletConfiguration): boolean =>
  isAsked({ metadata }) && shutdownGroups(configuration).length > 0;

export const isAsked = ({ metadata }: Pick<Node, 'metadata'>): boolean =>
  metadata.annotations?.[SHUTDOWN_ANNOTATION] !== undefined;
