/**
 * `pods/NAME/resize`: other amounts of cpu and memory for containers that run (KEP-1287). Sources:
 * pkg/registry/core/pod/strategy.go, podResizeStrategy; pkg/apis/core/validation, ValidatePodResize, 1.34.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { parseQuantity } from '../../values/quantity.ts';
import type { PartWriter } from '../define-resource.ts';
import { forbiddenField, invalidField } from '../field-errors.ts';
import { byName } from '../repeated-items.ts';
import { type Container, isSidecar } from './container.ts';
import { isMirrorPod } from './mirror-pod.ts';
import type { Pod } from './pod-columns.ts';
import type { PodSpec } from './pod-spec.ts';
import { qosClass } from './qos-class.ts';

const LISTS = ['initContainers', 'containers'] as const;
type List = (typeof LISTS)[number];
const AMOUNTS = ['requests', 'limits'] as const;
const CHANGEABLE: readonly string[] = ['cpu', 'memory'];

/** Containers of `old` with what the same containers of `wanted` have; one that is new there does not come in. */
function takeResources(old: readonly Container[], wanted: readonly Container[]): Container[] {
  const named = byName(wanted);
  return old.map((container) => {
    const given = named.get(container.name ?? '');
    if (given === undefined) {
      return container;
    }
    const { resources: _, resizePolicy: __, ...rest } = container;
    return {
      ...rest,
      ...(given.resources === undefined ? {} : { resources: given.resources }),
      ...(given.resizePolicy === undefined ? {} : { resizePolicy: given.resizePolicy }),
    };
  });
}

function checkKept({ resources }: Container, old: Container, list: List, path: string): StatusCause[] {
  if (list === 'initContainers' && !isSidecar(old)) {
    return [];
  }
  const isLost = (kind: (typeof AMOUNTS)[number]): boolean =>
    Object.keys(old.resources?.[kind] ?? {}).some((name) => !Object.hasOwn(resources?.[kind] ?? {}, name));
  return AMOUNTS.filter(isLost).map((kind) => forbiddenField(`${path}.${kind}`, `resource ${kind} cannot be removed`));
}

type Amounts = readonly (readonly [name: string, nanos: bigint | string])[];

/** Equal for equal amounts, however they are written. */
const amountsOf = (list: Readonly<Record<string, string>> = {}): Amounts =>
  Object.entries(list)
    .map(([name, text]) => [name, parseQuantity(text)?.nanos ?? text] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const fixedAmounts = (list: Readonly<Record<string, string>> | undefined): Amounts =>
  amountsOf(list).filter(([name]) => !CHANGEABLE.includes(name));

/** What of a container's resources stays, whatever is asked. */
const fixedPart = ({ resources: { claims, requests, limits } = {} }: Container): unknown => [
  claims ?? [],
  fixedAmounts(requests),
  fixedAmounts(limits),
];

/** All that a resize could bring into a container. */
const wholePart = ({ resources: { claims, requests, limits } = {}, resizePolicy }: Container): unknown => [
  ...[claims ?? [], resizePolicy ?? []],
  ...[amountsOf(requests), amountsOf(limits)],
];

function checkMutable(container: Container, old: Container, list: List): StatusCause[] {
  const isFixed = list === 'initContainers' && !isSidecar(old);
  const part = isFixed ? wholePart : fixedPart;
  if (isDeepStrictEqual(part(container), part(old))) {
    return [];
  }
  const whose = list === 'initContainers' ? ' for sidecar containers' : '';
  const rule = isFixed
    ? 'resources for non-sidecar init containers are immutable'
    : `only cpu and memory resources${whose} are mutable`;
  return [forbiddenField('spec', rule)];
}

const hasPodResources = ({ resources = {} }: PodSpec): boolean =>
  AMOUNTS.some((kind) => Object.keys(resources[kind] ?? {}).length > 0);

/** A pod that cannot be resized at all, whatever is asked. */
function refusal(old: Pod): StatusCause | undefined {
  const { spec = {} } = old;
  if (hasPodResources(spec)) {
    return forbiddenField('', 'pods with pod-level resources cannot be resized');
  }
  if (isMirrorPod(old)) {
    return forbiddenField('', 'static pods cannot be resized');
  }
  return spec.os?.name === 'windows' ? forbiddenField('', 'windows pods cannot be resized') : undefined;
}

/** A kubelet that can resize says what each container has; one that runs nothing yet is given the benefit of the doubt. */
function isSupported({ status = {} }: Pod): boolean {
  const running = (status.containerStatuses ?? []).find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

export const resize: PartWriter<Pod> = {
  carryOver(wanted, old) {
    const spec = { ...old.spec };
    for (const list of LISTS) {
      if (spec[list] !== undefined) {
        spec[list] = takeResources(spec[list], wanted.spec?.[list] ?? []);
      }
    }
    return { ...old, spec };
  },
  validate({ spec = {} }, old) {
    const refused = refusal(old);
    if (refused !== undefined) {
      return [refused];
    }
    const { spec: before = {}, status = {} } = old;
    const each = (list: List, check: typeof checkMutable | typeof checkKept): StatusCause[] =>
      (spec[list] ?? []).flatMap((container, index) =>
        check(container, before[list]?.[index] ?? {}, list, `spec.${list}[${index}].resources`),
      );
    return [
      ...(qosClass(spec) === (status.qosClass ?? qosClass(before))
        ? []
        : [invalidField('spec', status.qosClass, 'Pod QOS Class may not change as a result of resizing')]),
      ...(isSupported(old) ? [] : [forbiddenField('spec', 'Pod running on node without support for resize')]),
      ...each('initContainers', checkKept),
      ...each('containers', checkKept),
      ...each('containers', checkMutable),
      ...each('initContainers', checkMutable),
    ];
  },
};
