/** Taints, of a node or of a pool's template. Source: pkg/apis/core/validation validateNodeTaints, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName, isValidLabelValue } from '../../values/name-rules.ts';
import { duplicateField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';

export interface Taint {
  key?: string;
  value?: string;
  effect?: string;
  timeAdded?: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateEffect(field: string, effect: string): StatusCause[] {
  if (effect === '') {
    return [requiredField(field)];
  }
  return EFFECTS.includes(effect) ? [] : [unsupportedField(field, effect, EFFECTS)];
}

function validateTaint(at: string, { key = '', value = '', effect = '' }: Taint): StatusCause[] {
  const ofValue = isValidLabelValue(value);
  return [
    ...violations(isQualifiedName, `${at}.key`, key),
    ...(ofValue.length === 0 ? [] : [invalidField(`${at}.value`, value, ofValue.join(';'))]),
    ...validateEffect(`${at}.effect`, effect),
  ];
}

export function validateTaints(field: string, taints: readonly Taint[]): StatusCause[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const at = `${field}[${i}]`;
    const pair = JSON.stringify([taint.key, taint.effect]);
    const isDuplicate = seen.has(pair);
    seen.add(pair);
    const duplicate = duplicateField(at, taint);
    const message = `${duplicate.message}: taints must be unique by key and effect pair`;
    return [...validateTaint(at, taint), ...(isDuplicate ? [{ ...duplicate, message }] : [])];
  });
}
