/** How a deployment replaces its pods: defaults and rules. Source: pkg/apis/apps/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { checkNonNegative, forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';

/** An integer, or a percentage such as `25%`. */
export type IntOrPercent = number | string;

export interface RollingUpdate {
  maxSurge?: IntOrPercent;
  maxUnavailable?: IntOrPercent;
}
export interface DeploymentStrategy {
  type?: string;
  rollingUpdate?: RollingUpdate;
}

const PERCENT = /^[0-9]+%$/;
const QUARTER = '25%';
const NO_PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

export function defaultStrategy(strategy: DeploymentStrategy): void {
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= QUARTER;
    strategy.rollingUpdate.maxSurge ??= QUARTER;
  }
}

const isPercent = (value: IntOrPercent): value is string => typeof value === 'string' && PERCENT.test(value);
/** The number itself, or that of the percentage. */
export const magnitude = (value: IntOrPercent): number => Number.parseInt(String(value), 10) || 0;

export function checkIntOrPercent(path: string, value: IntOrPercent): StatusCause[] {
  if (typeof value === 'number') {
    return checkNonNegative(path, value);
  }
  return isPercent(value) ? [] : [invalidField(path, value, NO_PERCENT)];
}

function checkRollingUpdate(path: string, rollingUpdate: RollingUpdate | undefined): StatusCause[] {
  if (rollingUpdate === undefined) {
    return [requiredField(path, 'this should be defaulted and never be nil')];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const field = `${path}.maxUnavailable`;
  return [
    ...checkIntOrPercent(field, maxUnavailable),
    ...checkIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...(magnitude(maxUnavailable) === 0 && magnitude(maxSurge) === 0
      ? [invalidField(field, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...(isPercent(maxUnavailable) && magnitude(maxUnavailable) > 100
      ? [invalidField(field, maxUnavailable, 'must not be greater than 100%')]
      : []),
  ];
}

export function checkStrategy(path: string, strategy: DeploymentStrategy): StatusCause[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'RollingUpdate') {
    return checkRollingUpdate(`${path}.rollingUpdate`, rollingUpdate);
  }
  if (type !== 'Recreate') {
    return [unsupportedField(path, strategy, ['Recreate', 'RollingUpdate'])];
  }
  const detail = "may not be specified when strategy `type` is 'Recreate'";
  return rollingUpdate === undefined ? [] : [forbiddenField(`${path}.rollingUpdate`, detail)];
}
