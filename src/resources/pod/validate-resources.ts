/** What a container asks for. Source: pkg/apis/core/validation, validateContainerResourceRequirements, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../values/quantity.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import type { ResourceRequirements } from './container.ts';

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);
/** Names that a quota knows, and so a resource list; no container can ask for them. */
const STANDARD_ELSEWHERE = new Set([
  'storage',
  'pods',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);
const HUGE_PAGES = 'hugepages-';
const UNIT = 10n ** 9n;

const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
/** A node may promise more of it than it has. */
const isOvercommitted = (name: string): boolean => isNative(name) && !name.startsWith(HUGE_PAGES);

function checkResourceName(path: string, name: string): StatusCause[] {
  if (STANDARD.has(name)) {
    return [];
  }
  const causes = violations(isQualifiedName, path, name);
  if (causes.length > 0 || name.startsWith(HUGE_PAGES)) {
    return causes;
  }
  if (!name.includes('/')) {
    const detail = 'must be a standard resource type or fully qualified';
    return [
      ...(STANDARD_ELSEWHERE.has(name) ? [] : [invalidField(path, name, detail)]),
      invalidField(path, name, 'must be a standard resource for containers'),
    ];
  }
  return isNative(name) || isExtended(name)
    ? []
    : [invalidField(path, name, "doesn't follow extended resource name standard")];
}

function checkAmount(path: string, name: string, quantity: Quantity): StatusCause[] {
  const { nanos } = quantity;
  const isPart = isExtended(name) && nanos % UNIT !== 0n;
  return [
    ...(nanos < 0n ? [invalidField(path, formatQuantity(quantity), 'must be greater than or equal to 0')] : []),
    ...(isPart ? [invalidField(path, formatQuantity(quantity), 'must be an integer')] : []),
  ];
}

type ResourceList = Readonly<Record<string, string>>;

function quantityOf(list: ResourceList, name: string): Quantity | undefined {
  return Object.hasOwn(list, name) ? parseQuantity(list[name] ?? '') : undefined;
}

/** Names and amounts, of limits, requests or a pod's overhead. */
export const checkResourceList = (path: string, list: ResourceList): StatusCause[] =>
  Object.keys(list).flatMap((name) => {
    const at = `${path}[${name}]`;
    const quantity = quantityOf(list, name);
    return [...checkResourceName(at, name), ...(quantity === undefined ? [] : checkAmount(at, name, quantity))];
  });

function checkAgainstLimit(path: string, name: string, requests: ResourceList, limits: ResourceList): StatusCause[] {
  // Equal text is the common case, and parsing is what costs here (1 µs a quantity).
  if (Object.hasOwn(limits, name) && limits[name] === requests[name]) {
    return [];
  }
  const request = quantityOf(requests, name);
  const limit = quantityOf(limits, name);
  if (request === undefined || limit === undefined) {
    return isOvercommitted(name)
      ? []
      : [requiredField(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const isWithin = isOvercommitted(name) ? request.nanos <= limit.nanos : request.nanos === limit.nanos;
  if (isWithin) {
    return [];
  }
  const relation = isOvercommitted(name) ? 'less than or equal to' : 'equal to';
  const detail = `must be ${relation} ${name} limit of ${formatQuantity(limit)}`;
  return [invalidField(`${path}.requests`, formatQuantity(request), detail)];
}

export function checkResources(path: string, { limits = {}, requests = {} }: ResourceRequirements): StatusCause[] {
  return [
    ...checkResourceList(`${path}.limits`, limits),
    ...checkResourceList(`${path}.requests`, requests),
    ...Object.keys(requests).flatMap((name) => checkAgainstLimit(path, name, requests, limits)),
  ];
}
