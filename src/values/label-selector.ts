/** Label selectors: meta/v1 LabelSelector and its parsed form, matched against labels. All requirements must hold. */
import { parseInt64 } from './int64.ts';
import type { LabelRequirement } from './selector.ts';

export { parseLabelSelector } from './label-selector-grammar.ts';

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: SelectorRequirement[];
}

/** A requirement as an object carries it, of a label selector or a node selector term. */
export interface SelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

type Labels = Readonly<Record<string, string>>;
type Test = (value: string | undefined, values: readonly string[]) => boolean;

/** 0 also where one of them is no number: neither is greater. */
function compareIntegers(left: string | undefined, right: string | undefined): number {
  const [a, b] = [parseInt64(left ?? ''), parseInt64(right ?? '')];
  return a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1;
}

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['In', (value, values) => value !== undefined && values.includes(value)],
  ['NotIn', (value, values) => value === undefined || !values.includes(value)],
  ['Exists', (value) => value !== undefined],
  ['DoesNotExist', (value) => value === undefined],
  ['Gt', (value, values) => compareIntegers(value, values[0]) > 0],
  ['Lt', (value, values) => compareIntegers(value, values[0]) < 0],
]);

/** An unknown operator matches nothing; validation refuses it earlier. */
export const meetsRequirement = (
  { key, operator, values = [] }: { key: string; operator: string; values?: readonly string[] },
  labels: Labels,
): boolean => TESTS.get(operator)?.(Object.hasOwn(labels, key) ? labels[key] : undefined, values) ?? false;

export const matchesLabels = (requirements: readonly LabelRequirement[], labels: Labels): boolean =>
  requirements.every((requirement) => meetsRequirement(requirement, labels));

/** A selector that was left out selects nothing, an empty one everything, as in Kubernetes. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) {
    return false;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
    matchExpressions.every((requirement) => meetsRequirement(requirement, labels))
  );
}

/** `selects` for a selector that is asked about many labels. */
export function selectorTest(selector: LabelSelector | undefined): (labels: Labels) => boolean {
  if (selector === undefined) {
    return () => false;
  }
  const pairs = Object.entries(selector.matchLabels ?? {});
  const { matchExpressions = [] } = selector;
  return (labels) => {
    for (const [key, value] of pairs) {
      if (labels[key] !== value || !Object.hasOwn(labels, key)) {
        return false;
      }
    }
    return matchExpressions.every((requirement) => meetsRequirement(requirement, labels));
  };
}

/** For those whom a selector that selects everything, or was left out, must not serve. */
export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;

/** The parsed form, to query with. */
export const requirementsOf = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelRequirement[] => [
  ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In' as const, values: [value] })),
  ...matchExpressions.map(({ key, operator, values = [] }) => ({
    key,
    operator: operator as LabelRequirement['operator'],
    values,
  })),
];

const FORMATS: ReadonlyMap<string, (key: string, values: string) => string> = new Map([
  ['In', (key: string, values: string) => `${key} in (${values})`],
  ['NotIn', (key: string, values: string) => `${key} notin (${values})`],
  ['Exists', (key: string) => key],
  ['DoesNotExist', (key: string) => `!${key}`],
]);

/** The query-string form, sorted by key; '' for an empty selector, `<error>` for an operator that is none. */
export function formatLabelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const terms = Object.entries(matchLabels).map(([key, value]): [string, string | undefined] => [
    key,
    `${key}=${value}`,
  ]);
  for (const { key, operator, values = [] } of matchExpressions) {
    terms.push([key, FORMATS.get(operator)?.(key, [...values].sort().join(','))]);
  }
  if (terms.some(([, term]) => term === undefined)) {
    return '<error>';
  }
  return terms
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, term]) => term)
    .join(',');
}
