/** What a Drain may ask: nodes must be named in some way, and which they are stays. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isValidLabelValue } from '../../values/name-rules.ts';
import { checkImmutable, forbiddenField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { validateBounds } from '../validate-bounds.ts';
import type { Drain } from './drain.ts';

const ORDERS = ['Name', 'Zone', 'FewestPods', 'Oldest'];
const TARGETS = ['nodeSelector', 'nodeNames', 'pool', 'zone'] as const;

export function validateDrain({ spec = {} }: Drain): StatusCause[] {
  const { nodeNames = [], order = 'Name', pool, zone } = spec;
  const isAimless = TARGETS.every((target) => spec[target] === undefined);
  return [
    ...validateBounds('dev.flotilla.fleet.v1alpha1.DrainSpec', spec, 'spec'),
    ...(isAimless ? [requiredField('spec', `one of ${TARGETS.join(', ')} must say which nodes`)] : []),
    ...checkLabelSelector('spec.nodeSelector', spec.nodeSelector),
    ...checkLabelSelector('spec.podSelector', spec.podSelector),
    ...nodeNames.flatMap((name, i) => violations(isDNS1123Subdomain, `spec.nodeNames[${i}]`, name)),
    ...(pool === undefined ? [] : violations(isDNS1123Label, 'spec.pool', pool)),
    ...(zone === undefined ? [] : violations(isValidLabelValue, 'spec.zone', zone)),
    ...(ORDERS.includes(order) ? [] : [unsupportedField('spec.order', order, ORDERS)]),
  ];
}

export function validateDrainUpdate({ spec = {} }: Drain, { spec: old = {} }: Drain): StatusCause[] {
  const isRevived = old.cancelled === true && spec.cancelled !== true;
  return [
    ...TARGETS.flatMap((target) =>
      checkImmutable(`spec.${target}`, spec[target], isDeepStrictEqual(spec[target], old[target])),
    ),
    ...(isRevived ? [forbiddenField('spec.cancelled', 'a cancelled drain cannot go on')] : []),
  ];
}
