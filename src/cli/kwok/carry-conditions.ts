/** Conditions of a status template that a kubelet does not write, or not so. */

import { isQualifiedName } from '../../values/name-rules.ts';
import type { Effect } from './effect.ts';
import type { Moment, ProfileCondition } from './profile.ts';
import type { Note } from './stage.ts';
import type { WrittenCondition } from './template.ts';

type Tell = (degree: Note['degree'], why: string) => void;

const USUAL_REASONS = new Set(['', 'ContainersNotReady', 'ContainersNotInitialized', 'PodCompleted', 'PodFailed']);
const STATUSES = new Set(['True', 'False', 'Unknown']);
const REASON = /^[A-Za-z](?:[A-Za-z0-9_,:]{0,126}[A-Za-z0-9_])?$/;
const ANY = ['True', 'False'];
/** The kubelet acts on them. */
const ITS_OWN = new Set(['DisruptionTarget', 'PodResizePending', 'PodResizeInProgress']);

/** What a kubelet says at that moment; a type that is not here is not its. */
function usualStatus(type: string, at: Moment): readonly string[] | undefined {
  const isUp = at === 'Running' || at === 'Ready';
  const byType: Readonly<Record<string, readonly string[]>> = {
    PodScheduled: ['True'],
    PodReadyToStartContainers: ANY,
    Initialized: at === 'Admitted' || at === 'Failed' ? ANY : ['True'],
    Ready: isUp ? ['True'] : ['False'],
    ContainersReady: isUp ? ['True'] : ['False'],
  };
  return Object.hasOwn(byType, type) ? byType[type] : undefined;
}

const isUsual = ({ type = '', status, reason = '' }: WrittenCondition, at: Moment): boolean =>
  (status === undefined || usualStatus(type, at)?.includes(status) === true) && USUAL_REASONS.has(reason);

function conditionOf({ status = '', reason = '', message = '' }: WrittenCondition, type: string): ProfileCondition {
  return {
    ...{ type, status },
    ...(REASON.test(reason) ? { reason } : {}),
    ...(message === '' ? {} : { message }),
  };
}

export function carriedConditions({ conditions }: Effect, at: Moment, tell: Tell): ProfileCondition[] {
  if (conditions.some(({ type, isGate }) => type === undefined && !isGate)) {
    tell('lost', 'conditions whose type comes from the pod are not looked at');
  }
  const byType = new Map<string, WrittenCondition[]>();
  for (const one of conditions) {
    if (one.type !== undefined) {
      byType.set(one.type, [...(byType.get(one.type) ?? []), one]);
    }
  }
  return [...byType].flatMap(([type, branches]) => {
    const own = usualStatus(type, at) !== undefined;
    // The kubelet's own word in one branch: which of them is taken, the pod decides.
    if (own && branches.some((one) => isUsual(one, at))) {
      return [];
    }
    const [first] = branches;
    if (first === undefined || !STATUSES.has(first.status ?? '') || isQualifiedName(type).length > 0) {
      tell('lost', `the condition ${type} has no status that is written down`);
      return [];
    }
    if (ITS_OWN.has(type)) {
      tell('lost', `the kubelet acts on its own condition ${type}`);
      return [];
    }
    if (new Set(branches.map((one) => JSON.stringify(one))).size > 1) {
      tell('close', `of the branches of the condition ${type} the first one is taken`);
    }
    return [conditionOf(first, type)];
  });
}

/** All of them, as they are for every pod; what closes them is no profile's. */
export const opensGates = ({ conditions }: Effect): boolean =>
  conditions.some(({ isGate, status }) => isGate && status === 'True');
