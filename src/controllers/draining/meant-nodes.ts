/** Which nodes a drain is about. Pure. */
import type { DrainSpec } from '../../resources/fleet/drain.ts';
import { selectorTest } from '../../values/label-selector.ts';
import { POOL_LABEL, ZONE_LABEL } from '../../values/node-labels.ts';
import type { NodeInfo } from '../views/node-info.ts';

type IsMeant = (node: Pick<NodeInfo, 'name' | 'labels' | 'deleting'>) => boolean;

export function isMeant({ nodeNames, nodeSelector, pool, zone }: DrainSpec): IsMeant {
  const names = nodeNames === undefined ? undefined : new Set(nodeNames);
  const selected = selectorTest(nodeSelector);
  return ({ name, labels, deleting }) =>
    !deleting &&
    (names === undefined || names.has(name)) &&
    (nodeSelector === undefined || selected(labels)) &&
    (pool === undefined || labels[POOL_LABEL] === pool) &&
    (zone === undefined || labels[ZONE_LABEL] === zone);
}
