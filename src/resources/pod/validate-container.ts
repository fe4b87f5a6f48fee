/** What every kind of container must meet. Source: pkg/apis/core/validation, validateContainerCommon, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import type { Container } from './container.ts';
import { checkEnv, checkEnvFrom } from './validate-env.ts';
import { checkDevices, checkMounts, type Volumes } from './validate-mounts.ts';
import { checkPorts } from './validate-ports.ts';
import { checkResizePolicy } from './validate-resize-policy.ts';
import { checkResources } from './validate-resources.ts';
import { checkContainerSecurityContext } from './validate-security-context.ts';

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** A choice that has a default: it is missing only where the default did not run. */
export function checkChoice(path: string, value: string | undefined, choices: readonly string[]): StatusCause[] {
  if (value === undefined || value === '') {
    return [requiredField(path)];
  }
  return choices.includes(value) ? [] : [unsupportedField(path, value, choices)];
}

/** A template may hold a blank that something fills in later; a pod may not. */
function checkImage(path: string, image: string, isPod: boolean): StatusCause[] {
  if (image === '') {
    return [requiredField(path)];
  }
  return isPod && image.trim() !== image
    ? [invalidField(path, image, 'must not have leading or trailing whitespace')]
    : [];
}

export interface ContainerScope {
  readonly volumes: Volumes;
  /** The spec is a pod's own, not a template's. */
  readonly isPod: boolean;
  /** Of the pod. */
  readonly restartPolicy: string | undefined;
  readonly hostUsers: boolean;
}

export function checkContainer(path: string, container: Container, scope: ContainerScope): StatusCause[] {
  const { volumes, isPod, restartPolicy } = scope;
  const { name = '', image = '', ports = [], env = [], envFrom = [], volumeDevices = [], resources = {} } = container;
  return [
    ...(name === '' ? [requiredField(`${path}.name`)] : violations(isDNS1123Label, `${path}.name`, name)),
    ...checkImage(`${path}.image`, image, isPod),
    ...checkChoice(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy, MESSAGE_POLICIES),
    ...checkPorts(`${path}.ports`, ports),
    ...checkEnv(`${path}.env`, env),
    ...checkEnvFrom(`${path}.envFrom`, envFrom),
    ...checkMounts(`${path}.volumeMounts`, container, volumes),
    ...checkDevices(`${path}.volumeDevices`, volumeDevices, volumes),
    ...checkChoice(`${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES),
    ...checkResources(`${path}.resources`, resources),
    ...checkResizePolicy(`${path}.resizePolicy`, container.resizePolicy ?? [], restartPolicy),
    ...checkContainerSecurityContext(`${path}.securityContext`, container.securityContext, scope.hostUsers),
  ];
}
