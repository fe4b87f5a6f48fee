/** core/v1 LimitRange. Source: pkg/apis/core/{v1/defaults,validation}, ValidateLimitRange, 1.34. Nothing enforces it yet. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { compareQuantities, parseQuantity } from '../../values/quantity.ts';
import { CREATION_DOC, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { duplicateField, forbiddenField, invalidField, requiredField, violations } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Item = { type?: string } & Partial<Record<(typeof LISTS)[number], Record<string, string>>>;
interface LimitRange extends KubeObject {
  spec?: { limits?: Item[] };
}

type List = (typeof LISTS)[number];

/** What may be at most what; the field and the amount that an error shows. */
const ORDER: readonly (readonly [lower: List, upper: List, field: List, shown: List])[] = [
  ['min', 'max', 'min', 'min'],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest'],
  ['min', 'default', 'default', 'min'],
  ['default', 'max', 'default', 'max'],
];
const ONE = 10n ** 9n;
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const COMPUTE = /^(cpu|memory|ephemeral-storage|hugepages-.*)$/;
const STORAGE_REQUIRED = 'either minimum or maximum storage value is required, but neither was provided';

/** A default is called a limit beside a request only. */
function wordFor(list: List, other: List): string {
  if (list === 'default') {
    return other === 'defaultRequest' ? 'default limit' : 'default';
  }
  return list === 'defaultRequest' ? 'default request' : list;
}

function checkOrder(path: string, item: Item, name: string): StatusCause[] {
  return ORDER.flatMap(([lower, upper, field, shown]) => {
    const [low, high] = [item[lower]?.[name] ?? '', item[upper]?.[name] ?? ''];
    const [small, large] = [parseQuantity(low), parseQuantity(high)];
    if (small === undefined || large === undefined || compareQuantities(small, large) <= 0) {
      return [];
    }
    const detail = `${wordFor(lower, upper)} value ${low} is greater than ${wordFor(upper, lower)} value ${high}`;
    return [invalidField(`${path}.${field}[${name}]`, item[shown]?.[name], detail)];
  });
}

function checkRatio(path: string, item: Item, name: string): StatusCause[] {
  const text = item.maxLimitRequestRatio?.[name] ?? '';
  const ratio = parseQuantity(text);
  return ratio === undefined || ratio.nanos >= ONE
    ? []
    : [invalidField(`${path}.maxLimitRequestRatio[${name}]`, text, `ratio ${text} is less than 1`)];
}

function checkResourceName(path: string, type: string, name: string): StatusCause[] {
  const ofName = violations(isQualifiedName, path, name);
  const isOfContainers = type === 'Pod' || type === 'Container';
  const isKnown = name.includes('/') || COMPUTE.test(name) || !isOfContainers;
  return ofName.length > 0 || isKnown
    ? ofName
    : [invalidField(path, name, 'must be a standard resource for containers')];
}

function checkType(path: string, type: string): StatusCause[] {
  const isKnown = type.includes('/') || TYPES.includes(type);
  return [
    ...violations(isQualifiedName, path, type),
    ...(isKnown ? [] : [invalidField(path, type, 'must be a standard limit type or fully qualified')]),
  ];
}

function checkItem(path: string, item: Item): StatusCause[] {
  const { type = '' } = item;
  const names = [...new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})))];
  const isPod = type === 'Pod';
  const isRefused = (list: List): boolean => isPod && (list === 'default' || list === 'defaultRequest');
  const lacksStorage = type === 'PersistentVolumeClaim' && !('storage' in { ...item.min, ...item.max });
  return [
    ...checkType(`${path}.type`, type),
    ...LISTS.flatMap((list) => {
      const resources = Object.keys(item[list] ?? {});
      if (isRefused(list)) {
        const detail = "may not be specified when `type` is 'Pod'";
        return resources.length > 0 ? [forbiddenField(`${path}.${list}`, detail)] : [];
      }
      return resources.flatMap((name) => checkResourceName(`${path}.${list}[${name}]`, type, name));
    }),
    ...(lacksStorage ? [requiredField(`${path}.limits`, STORAGE_REQUIRED)] : []),
    ...names.flatMap((name) => [...checkOrder(path, item, name), ...checkRatio(path, item, name)]),
  ];
}

/** A limit is also the default, and that also the default request. Source: SetDefaults_LimitRangeItem. */
function defaultItem(item: Item): void {
  if (item.type !== 'Container') {
    return;
  }
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  Object.assign(item, Object.keys(limits).length > 0 ? { default: limits } : {});
  Object.assign(item, Object.keys(requests).length > 0 ? { defaultRequest: requests } : {});
}

export const limitRange = defineResource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.LimitRange',
  hasGeneration: false,
  createOnUpdate: true,
  columns: [NAME_COLUMN, column('Created At', CREATION_DOC, ({ metadata }) => metadata.creationTimestamp ?? '')],
  applyDefaults: ({ spec }) => spec?.limits?.forEach(defaultItem),
  validate: ({ spec = {} }) => {
    const limits = spec.limits ?? [];
    const isRepeated = repeatsOf(limits.map(({ type }) => type));
    return limits.flatMap((item, index) => [
      ...(isRepeated(index) ? [duplicateField(`spec.limits[${index}].type`, item.type)] : []),
      ...checkItem(`spec.limits[${index}]`, item),
    ]);
  },
});
