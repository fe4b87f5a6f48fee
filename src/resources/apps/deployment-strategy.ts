/** How a deployment replaces its pods: defaults and rules. Source: pkg/apis/apps/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { checkAtMostAll, checkIntOrPercent, type IntOrPercent, magnitude } from './int-or-percent.ts';

export interface RollingUpdate {
  maxSurge?: IntOrPercent;
  maxUnavailable?: IntOrPercent;
}
export interface DeploymentStrategy {
  type?: string;
  rollingUpdate?: RollingUpdate;
}

const QUARTER = '25%';

export function defaultStrategy(strategy: DeploymentStrategy): void {
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= QUARTER;
    strategy.rollingUpdate.maxSurge ??= QUARTER;
  }
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
    ...checkAtMostAll(field, maxUnavailable),
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
