/** The three lists of containers of a pod. Source: pkg/apis/core/validation, validate{,Init,Ephemeral}Containers, 1.34. */
import type { StatusCause } from '../../errors.ts';
import {
  duplicateField,
  forbiddenField,
  invalidField,
  notFoundField,
  requiredField,
  unsupportedField,
} from '../field-errors.ts';
import { type Container, isSidecar } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import { type ContainerScope, checkContainer } from './validate-container.ts';
import { checkHostPortConflicts } from './validate-ports.ts';
import { checkHooksAndProbes } from './validate-probe.ts';

const HOOKS_AND_PROBES = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const SIDECARS_ONLY = 'may not be set for init containers without restartPolicy=Always';
/** They are for looking into a pod, so a pod must not come to depend on them. */
const NOT_EPHEMERAL = [
  ...HOOKS_AND_PROBES,
  ...(['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules'] as const),
];

/** Names are unique over all lists; a clash is reported on the later list. */
function checkUnique(path: string, name: string, taken: Set<string>): StatusCause[] {
  if (taken.has(name)) {
    return [duplicateField(`${path}.name`, name)];
  }
  if (name !== '') {
    taken.add(name);
  }
  return [];
}

export interface SpecScope extends ContainerScope {
  readonly graceSeconds: number;
  readonly names: Set<string>;
}

function checkMainContainers(path: string, containers: readonly Container[], scope: SpecScope): StatusCause[] {
  if (containers.length === 0) {
    return [requiredField(path)];
  }
  const ofEach = containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    return [
      ...checkContainer(at, container, scope),
      ...checkUnique(at, container.name ?? '', scope.names),
      ...checkHooksAndProbes(at, container, scope.graceSeconds),
      ...(container.restartPolicy === undefined
        ? []
        : [forbiddenField(`${at}.restartPolicy`, 'may not be set for non-init containers')]),
    ];
  });
  return [...ofEach, ...checkHostPortConflicts(path, containers)];
}

function checkInitContainer(at: string, container: Container, scope: SpecScope): StatusCause[] {
  const { restartPolicy = 'Always' } = container;
  return [
    ...checkContainer(at, container, scope),
    ...(restartPolicy === 'Always' ? [] : [unsupportedField(`${at}.restartPolicy`, restartPolicy, ['Always'])]),
    ...checkUnique(at, container.name ?? '', scope.names),
    // One runs at a time, so only the ports of one may clash.
    ...checkHostPortConflicts(at.slice(0, at.lastIndexOf('[')), [container]),
    ...(isSidecar(container)
      ? checkHooksAndProbes(at, container, scope.graceSeconds)
      : HOOKS_AND_PROBES.filter((field) => container[field] !== undefined).map((field) =>
          forbiddenField(`${at}.${field}`, SIDECARS_ONLY),
        )),
    ...(isSidecar(container) || (container.resizePolicy ?? []).length === 0
      ? []
      : [invalidField(`${at}.resizePolicy`, container.resizePolicy, 'must not be set for init containers')]),
  ];
}

/** The default of `resources` is an empty struct, which says nothing. */
const isSet = (container: EphemeralContainer, field: string): boolean =>
  field === 'resources' ? Object.keys(container.resources ?? {}).length > 0 : Object.hasOwn(container, field);

type EphemeralContainer = NonNullable<PodSpec['ephemeralContainers']>[number];

function checkEphemeral(at: string, container: EphemeralContainer, scope: SpecScope, targets: ReadonlySet<string>) {
  const { name = '', targetContainerName = '', volumeMounts = [] } = container;
  const refused = 'cannot be set for an Ephemeral Container';
  return [
    ...checkContainer(at, container, { ...scope, isPod: true }),
    ...checkUnique(at, name, scope.names),
    ...(targetContainerName === '' || targets.has(targetContainerName)
      ? []
      : [notFoundField(`${at}.targetContainerName`, targetContainerName)]),
    ...NOT_EPHEMERAL.filter((field) => isSet(container, field)).map((field) =>
      forbiddenField(`${at}.${field}`, refused),
    ),
    ...volumeMounts.flatMap((mount, index) =>
      (['subPath', 'subPathExpr'] as const)
        .filter((field) => mount[field])
        .map((field) => forbiddenField(`${at}.volumeMounts[${index}].${field}`, refused)),
    ),
  ];
}

export function checkAllContainers(path: string, spec: PodSpec, scope: SpecScope): StatusCause[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec;
  const ofMain = checkMainContainers(`${path}.containers`, containers, scope);
  const ofInit = initContainers.flatMap((container, index) =>
    checkInitContainer(`${path}.initContainers[${index}]`, container, scope),
  );
  const targets = new Set(scope.names);
  const ofEphemeral = ephemeralContainers.flatMap((container, index) =>
    checkEphemeral(`${path}.ephemeralContainers[${index}]`, container, scope, targets),
  );
  return [...ofMain, ...ofInit, ...ofEphemeral];
}
