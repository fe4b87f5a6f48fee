/** meta/v1 LabelSelector against labels. A nil selector selects nothing, an empty one everything, as in Kubernetes. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
type Labels = Readonly<Record<string, string>>;

const holds: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, values) => value !== undefined && Number.parseInt(value, 10) > Number.parseInt(values[0] ?? '', 10),
  Lt: (value, values) => value !== undefined && Number.parseInt(value, 10) < Number.parseInt(values[0] ?? '', 10),
};

/** One requirement of a label or node selector. An unknown operator matches nothing; validation refuses it earlier. */
export const meets = (
  { key, operator, values = [] }: { key: string; operator: string; values?: readonly string[] },
  labels: Labels,
): boolean => holds[operator]?.(Object.hasOwn(labels, key) ? labels[key] : undefined, values) ?? false;

export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) {
    return false;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => meets(requirement, labels))
  );
}

/** A selector that was left out or selects everything must not take over a namespace's orphans. */
export const isEmpty = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
