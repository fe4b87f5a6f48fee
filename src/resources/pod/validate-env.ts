/** Environment variables. Source: pkg/apis/core/validation, ValidateEnv, ValidateEnvFrom, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isConfigMapKey, isDNS1123Subdomain, isEnvVarName } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import type { EnvFrom, EnvVar, KeyRef } from './container.ts';
import { checkFieldRef, checkResourceFieldRef } from './validate-downward.ts';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'] as const;
const ONE_OF_SOURCES = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
const ONE_OF_REFS = 'must specify one of: `configMapRef` or `secretRef`';
const TOO_MANY = 'may not have more than one field specified at a time';

const checkKeyRef = (path: string, { name = '', key = '' }: KeyRef): StatusCause[] => [
  ...violations(isDNS1123Subdomain, `${path}.name`, name),
  ...(key === '' ? [requiredField(`${path}.key`)] : violations(isConfigMapKey, `${path}.key`, key)),
];

function checkValueFrom(path: string, { value = '', valueFrom }: EnvVar): StatusCause[] {
  if (valueFrom === undefined) {
    return [];
  }
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const causes = [
    ...(fieldRef === undefined ? [] : checkFieldRef(`${path}.fieldRef`, fieldRef, 'env')),
    ...(resourceFieldRef === undefined
      ? []
      : checkResourceFieldRef(`${path}.resourceFieldRef`, resourceFieldRef, 'env')),
    ...(configMapKeyRef === undefined ? [] : checkKeyRef(`${path}.configMapKeyRef`, configMapKeyRef)),
    ...(secretKeyRef === undefined ? [] : checkKeyRef(`${path}.secretKeyRef`, secretKeyRef)),
  ];
  const given = SOURCES.filter((source) => valueFrom[source] !== undefined).length;
  if (given === 0) {
    causes.push(invalidField(path, '', ONE_OF_SOURCES));
  } else if (value !== '') {
    causes.push(invalidField(path, '', 'may not be specified when `value` is not empty'));
  } else if (given > 1) {
    causes.push(invalidField(path, '', TOO_MANY));
  }
  return causes;
}

export const checkEnv = (path: string, variables: readonly EnvVar[]): StatusCause[] =>
  variables.flatMap((variable, index) => {
    const at = `${path}[${index}]`;
    const { name = '' } = variable;
    return [
      ...(name === '' ? [requiredField(`${at}.name`)] : violations(isEnvVarName, `${at}.name`, name)),
      ...checkValueFrom(`${at}.valueFrom`, variable),
    ];
  });

const checkRef = (path: string, { name = '' }: { name?: string }): StatusCause[] =>
  name === '' ? [requiredField(`${path}.name`)] : violations(isDNS1123Subdomain, `${path}.name`, name);

/** "One of" is reported on the list itself, as the reference does. */
export const checkEnvFrom = (path: string, sources: readonly EnvFrom[]): StatusCause[] =>
  sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const at = `${path}[${index}]`;
    const given = Number(configMapRef !== undefined) + Number(secretRef !== undefined);
    return [
      ...(prefix === '' ? [] : violations(isEnvVarName, `${at}.prefix`, prefix)),
      ...(configMapRef === undefined ? [] : checkRef(`${at}.configMapRef`, configMapRef)),
      ...(secretRef === undefined ? [] : checkRef(`${at}.secretRef`, secretRef)),
      ...(given === 0 ? [invalidField(path, '', ONE_OF_REFS)] : []),
      ...(given > 1 ? [invalidField(path, '', TOO_MANY)] : []),
    ];
  });
