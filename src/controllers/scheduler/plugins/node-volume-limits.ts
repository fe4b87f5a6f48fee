/**
 * No node gets more volumes of a CSI driver than its CSINode allows. Volumes of kinds that were moved to CSI
 * are not counted, but for claims of their classes that are still to be bound. Source: plugins/nodevolumelimits/csi.go, 1.34.
 */
import { concernsClaims, usedClaims } from '../cache/claim-users.ts';
import type { Plugin, Refusal } from './plugin.ts';
import { mostVolumesOn, volumesOf, volumesOn } from './volumes-on-node.ts';

const name = 'NodeVolumeLimits';
const TOO_MANY: Refusal = { plugin: name, reasons: ['node(s) exceed max volume count'], preemptible: true };

const NONE: ReadonlySet<string> = new Set();

function isOver(wanted: ReadonlySet<string>, taken: ReadonlySet<string>, limit: number): boolean {
  let count = taken.size;
  for (const id of wanted) {
    count += taken.has(id) ? 0 : 1;
  }
  return count > taken.size && count > limit;
}

export const nodeVolumeLimits: Plugin = {
  name,
  ready: ({ pod }, world) => {
    const { volumes, volumeLimits } = world;
    const { version } = volumes;
    if (usedClaims(pod).length === 0) {
      return undefined;
    }
    const wanted = [...volumesOf(pod, world)];
    return {
      filter: (node) => {
        const limits = volumeLimits.of(node.name);
        if (limits === undefined) {
          return undefined;
        }
        const most = mostVolumesOn(node, world);
        const close = wanted.filter(([driver, ids]) => most + ids.size > (limits[driver] ?? Number.POSITIVE_INFINITY));
        if (close.length === 0) {
          return undefined;
        }
        const taken = volumesOn(node, world);
        const isFull = ([driver, ids]: (typeof wanted)[number]): boolean =>
          isOver(ids, taken.get(driver) ?? NONE, limits[driver] ?? Number.POSITIVE_INFINITY);
        return close.some(isFull) ? TOO_MANY : undefined;
      },
      isFiltering: () => wanted.length > 0 && !volumeLimits.isEmpty,
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod }) =>
    event.kind === 'volume-limits' ||
    (event.kind === 'node' && event.before === undefined) ||
    (event.kind === 'pod-gone' && usedClaims(event.pod).length > 0) ||
    (event.kind === 'storage' && concernsClaims(event.claim, pod)),
};
