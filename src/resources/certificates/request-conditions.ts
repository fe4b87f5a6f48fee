/**
 * Whether a request may be signed, and whether that failed: conditions that are added and never taken back. Who may add
 * which is a matter of the path: decisions come by /approval alone.
 * Source: pkg/apis/certificates/validation and pkg/registry/certificates/certificates/strategy.go, 1.34.
 */
import type { StatusCause } from '../../errors.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { duplicateField, forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';

export interface RequestCondition {
  type?: string;
  status?: string;
  lastUpdateTime?: string | null;
  lastTransitionTime?: string | null;
}
type Conditions = readonly RequestCondition[];

const PATH = 'status.conditions';
export const DECISIONS = ['Approved', 'Denied'] as const;
const LASTING = [...DECISIONS, 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];

const ofType = (conditions: Conditions, type: string): Conditions => conditions.filter((one) => one.type === type);
const isContradiction = (conditions: Conditions): boolean =>
  DECISIONS.every((type) => ofType(conditions, type).length > 0);
const typesOf = (conditions: Conditions): string[] => conditions.map(({ type = '' }) => type);
const hasTwice = (conditions: Conditions): boolean => new Set(typesOf(conditions)).size < conditions.length;

function checkStatus(path: string, { type = '', status = '' }: RequestCondition): StatusCause[] {
  const allowed = LASTING.includes(type) ? ['True'] : STATUSES;
  if (status === '') {
    return [requiredField(path)];
  }
  return allowed.includes(status) ? [] : [unsupportedField(path, status, allowed)];
}

/** What `old` breaks already is not held against the update. */
export function checkRequestConditions(conditions: Conditions, old: Conditions = []): StatusCause[] {
  const types = typesOf(conditions);
  const isRepeated = repeatsOf(types);
  const sparesEmpty = typesOf(old).includes('');
  const sparesTwice = hasTwice(old);
  const last = conditions.findLast(({ type = '' }) => DECISIONS.includes(type as 'Approved'));
  return [
    ...conditions.flatMap((condition, index) => {
      const at = `${PATH}[${index}]`;
      const type = types[index] ?? '';
      return [
        ...(type === '' && !sparesEmpty ? [requiredField(`${at}.type`)] : []),
        ...checkStatus(`${at}.status`, condition),
        ...(isRepeated(index) && !sparesTwice ? [duplicateField(`${at}.type`, type)] : []),
      ];
    }),
    ...(isContradiction(conditions) && !isContradiction(old)
      ? [invalidField(PATH, last?.type, 'Approved and Denied conditions are mutually exclusive')]
      : []),
  ];
}

/** `mayDecide`: of /approval. */
export function checkConditionChange(conditions: Conditions, old: Conditions, mayDecide: boolean): StatusCause[] {
  const count = (of: Conditions, type: string): number => ofType(of, type).length;
  const removed = LASTING.filter((type) => count(conditions, type) < count(old, type));
  const added = mayDecide ? [] : DECISIONS.filter((type) => count(conditions, type) > count(old, type));
  return [
    ...removed.map((type) => forbiddenField(PATH, `updates may not remove a condition of type "${type}"`)),
    ...added.map((type) => forbiddenField(PATH, `updates may not add a condition of type "${type}"`)),
  ];
}

/** Decisions stay as they were stored, whatever a writer of the status makes of them. */
export function keepDecisions(conditions: Conditions, old: Conditions): RequestCondition[] {
  const kept = new Map(
    DECISIONS.filter((type) => ofType(old, type).length === ofType(conditions, type).length).map((type) => [
      type as string,
      [...ofType(old, type)],
    ]),
  );
  return conditions.map((condition) => kept.get(condition.type ?? '')?.shift() ?? condition);
}

/** Times that a client left out: now, or since when the condition has been what it is. */
export function withTimes(conditions: Conditions, old: Conditions, nowMs: number): RequestCondition[] {
  const now = formatTime(nowMs);
  return conditions.map((condition) => {
    const before = old.find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime || now,
      lastTransitionTime: condition.lastTransitionTime || before?.lastTransitionTime || now,
    };
  });
}
