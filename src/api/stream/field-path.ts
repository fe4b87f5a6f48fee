/**
 * Paths to fields of an object: `status.phase`, `metadata.labels.app\.kubernetes\.io/name` (a backslash keeps a dot in a
 * key), and an element of a list as kubectl's JSONPath picks it: `status.conditions[?(@.type=="Ready")].status`.
 */
import { badRequest } from '../../errors.ts';

export interface FieldStep {
  readonly key: string;
  /** Of a list the first element where this field has this value. */
  readonly where?: { readonly key: string; readonly value: string };
}

const STEP = /((?:[^.\\[\]]|\\.)+)(?:\[\?\(@\.(\w+)==(?:"([^"]*)"|'([^']*)')\)\])?(?:\.(?=.)|$)/suy;

/** Throws 400. */
export function parseFieldPath(text: string): FieldStep[] {
  const steps: FieldStep[] = [];
  let at = 0;
  while (at < text.length || steps.length === 0) {
    STEP.lastIndex = at;
    const [found, key, field, double, single] = STEP.exec(text) ?? [];
    if (found === undefined || key === undefined) {
      throw badRequest(`not a path to a field: ${JSON.stringify(text)}`);
    }
    const where = field === undefined ? {} : { where: { key: field, value: double ?? single ?? '' } };
    steps.push({ key: key.replace(/\\(.)/gsu, '$1'), ...where });
    at = STEP.lastIndex;
  }
  return steps;
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

export function valueAt(object: unknown, path: readonly FieldStep[]): unknown {
  return path.reduce<unknown>((value, { key, where }) => {
    const next = fieldOf(value, key);
    if (where === undefined) {
      return next;
    }
    return Array.isArray(next) ? next.find((item) => fieldOf(item, where.key) === where.value) : undefined;
  }, object);
}
