/** core/v1 LimitRange. Source: pkg/apis/core/{v1/defaults,validation}, ValidateLimitRange, 1.34. Nothing enforces it yet. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { compareQuantities, parseQuantity } from '../../values/quantity.ts';
import { column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { duplicateField, forbiddenField, invalidField, requiredField, violations } from '../field-errors.ts';

const LISTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Item = { type?: string } & Partial<Record<(typeof LISTS)[number], Record<string, string>>>;
interface LimitRange extends KubeObject {
  spec?: { limits?: Item[] };
}

/** Smaller ones first: each may be at most the next. */
const ORDER = ['min', 'defaultRequest', 'default', 'max'] as const;

function checkOrder(path: string, item: Item, name: string): StatusCause[] {
  const given = ORDER.flatMap((list) => {
    const quantity = parseQuantity(item[list]?.[name] ?? '');
    return quantity === undefined ? [] : [{ list, quantity, text: item[list]?.[name] ?? '' }];
  });
  return given.flatMap(({ list, quantity, text }, index) =>
    given
      .slice(index + 1)
      .filter((larger) => compareQuantities(quantity, larger.quantity) > 0)
      .map((larger) =>
        invalidField(
          `${path}.${list}[${name}]`,
          text,
          `${list} value ${text} is greater than ${larger.list} value ${larger.text}`,
        ),
      ),
  );
}

function checkItem(path: string, item: Item): StatusCause[] {
  const { type = '' } = item;
  const names = [...new Set(LISTS.flatMap((list) => Object.keys(item[list] ?? {})))];
  const podOnly = type === 'Pod' ? (['default', 'defaultRequest'] as const) : [];
  return [
    ...(type === '' ? [requiredField(`${path}.type`)] : violations(isQualifiedName, `${path}.type`, type)),
    ...podOnly
      .filter((list) => Object.keys(item[list] ?? {}).length > 0)
      .map((list) => forbiddenField(`${path}.${list}`, "may not be specified when `type` is 'Pod'")),
    ...names.flatMap((name) => [
      ...violations(isQualifiedName, `${path}[${name}]`, name),
      ...checkOrder(path, item, name),
    ]),
  ];
}

/** A limit is also the default, and that also the default request. Source: SetDefaults_LimitRangeItem. */
function defaultItem(item: Item): void {
  if (item.type !== 'Container') {
    return;
  }
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
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
  columns: [
    NAME_COLUMN,
    column(
      'Created At',
      'CreationTimestamp is when this object was created.',
      ({ metadata }) => metadata.creationTimestamp ?? '',
    ),
  ],
  applyDefaults: ({ spec }) => spec?.limits?.forEach(defaultItem),
  validate: ({ spec = {} }) => {
    const limits = spec.limits ?? [];
    const types = limits.map(({ type }) => type);
    return limits.flatMap((item, index) => [
      ...(types.indexOf(item.type) < index ? [duplicateField(`spec.limits[${index}].type`, item.type)] : []),
      ...checkItem(`spec.limits[${index}]`, item),
    ]);
  },
});
