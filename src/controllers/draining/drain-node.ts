/**
 * One look at a node that is to be emptied: evicts what may go now, through the eviction API, and tells what is left.
 * Safe to repeat: a pod that is ending is not evicted again. Shared by drains and by the replacement of a pool's nodes.
 */
import pLimit from 'p-limit';
import { StatusError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { DrainBlockedPod, DrainPod } from '../../resources/fleet/drain.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import type { ControllerContext } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { type DrainRules, judgePod } from './judge-pod.ts';

export interface NodeProgress {
  readonly remaining: number;
  /** Of them: they have been told. */
  readonly ending: number;
  readonly pods: readonly DrainPod[];
  /** By this look. */
  readonly evicted: number;
  readonly blocked: readonly DrainBlockedPod[];
  /** Why nothing of the node was evicted. */
  readonly refusal?: string;
}

const AT_ONCE = 50;
const NAMES_SHOWN = 3;
const BUDGET = /^The disruption budget (\S+) /;

export async function drainNode(
  context: ControllerContext,
  node: string,
  rules: DrainRules,
  run: ReconcileContext,
  isPaused: boolean,
): Promise<NodeProgress> {
  const keys = [...context.views.podsOn(node)].map(({ namespace, name }) => ({ namespace, name }));
  const stored = keys.length === 0 ? [] : await context.registry.getMany('pods', keys);
  const pods = stored.map((one) => decodeObject<Pod>(one)).filter(({ spec }) => spec.nodeName === node);
  const leaving = pods.filter((pod) => judgePod(pod, rules) === 'evict');
  const refused = pods.flatMap((pod) => {
    const verdict = judgePod(pod, rules);
    return typeof verdict === 'object' ? [{ pod, why: verdict.refused }] : [];
  });
  if (refused.length > 0) {
    const here = [...leaving, ...refused.map(({ pod }) => pod)];
    return { ...leftOf(node, here, isEnding), evicted: 0, blocked: [], refusal: tellRefused(refused) };
  }
  const staying = leaving.filter((pod) => !isEnding(pod));
  const results = isPaused ? new Map<Pod, Result>() : await evictAll(context, node, staying, rules, run);
  const here = leaving.filter((pod) => results.get(pod) !== 'gone');
  const all = [...results.values()];
  return {
    ...leftOf(node, here, (pod) => isEnding(pod) || results.get(pod) === 'evicted'),
    evicted: all.filter((result) => result === 'evicted').length,
    blocked: all.filter((result) => typeof result === 'object'),
  };
}

const isEnding = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

function leftOf(
  node: string,
  here: readonly Pod[],
  ends: (pod: Pod) => boolean,
): Pick<NodeProgress, 'remaining' | 'ending' | 'pods'> {
  const pods = here.map((pod): DrainPod => {
    const { namespace, name } = pod.metadata;
    return { namespace, name, node, state: ends(pod) ? 'Ending' : 'Remaining' };
  });
  return { remaining: pods.length, ending: pods.filter(({ state }) => state === 'Ending').length, pods };
}

function tellRefused(refused: readonly { pod: Pod; why: string }[]): string {
  const byReason = groupedBy(refused, ({ why }) => why);
  const tell = ([why, those]: [string, readonly { pod: Pod }[]]): string => {
    const names = those.map(({ pod: { metadata } }) => `${metadata.namespace}/${metadata.name}`).sort();
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    return `${why}: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
  };
  return [...byReason].map(tell).join('; ');
}

type Result = 'evicted' | 'gone' | DrainBlockedPod;

async function evictAll(
  { registry }: ControllerContext,
  node: string,
  pods: readonly Pod[],
  { gracePeriodSeconds }: DrainRules,
  { lease, signal }: ReconcileContext,
): Promise<ReadonlyMap<Pod, Result>> {
  const limit = pLimit(AT_ONCE);
  const results = new Map<Pod, Result>();
  const evict = async (pod: Pod): Promise<void> => {
    const { namespace, name, uid } = pod.metadata;
    if (signal.aborted) {
      return;
    }
    try {
      const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
      await registry.evict(namespace, name, { ...grace, preconditions: { uid }, fence: lease });
      results.set(pod, 'evicted');
    } catch (error) {
      results.set(pod, judgeFailure(error, { namespace, name, node }));
    }
  };
  await Promise.all(pods.map((pod) => limit(() => evict(pod))));
  return results;
}

/** What is no refusal of this pod goes on: the queue tries again. */
function judgeFailure(error: unknown, pod: Omit<DrainBlockedPod, 'message'>): Result {
  if (!(error instanceof StatusError)) {
    throw error;
  }
  if (error.reason === 'NotFound') {
    return 'gone';
  }
  const cause = error.details?.causes?.find(({ reason }) => reason === 'DisruptionBudget')?.message;
  if (cause !== undefined) {
    const budget = BUDGET.exec(cause)?.[1];
    return { ...pod, ...(budget === undefined ? {} : { budget }), message: cause };
  }
  if (['InternalError', 'TooManyRequests', 'Timeout', 'Forbidden'].includes(error.reason)) {
    return { ...pod, message: error.message };
  }
  throw error;
}
