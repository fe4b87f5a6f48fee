/** Which of two pods stays. Pure. Source: scheduler/util, MoreImportantPod: a pod that has not started counts as new. */
import type { PodInfo } from '../../views/pod-info.ts';

type Ranked = Pick<PodInfo, 'priority' | 'startedAt'>;
export const startOf = ({ startedAt }: Pick<PodInfo, 'startedAt'>): number => startedAt || Number.MAX_SAFE_INTEGER;

/** The most important first. */
export const byImportance = (a: Ranked, b: Ranked): number => b.priority - a.priority || startOf(a) - startOf(b);
