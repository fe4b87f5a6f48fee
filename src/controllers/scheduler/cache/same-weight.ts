/**
 * Whether a pod that changed still counts as it did. A pod reports its status several times on its way to Running; what
 * was computed for its node holds then. Of the spec only requests may change.
 */
import type { PodInfo } from '../../views/pod-info.ts';

type Flat = Readonly<Record<string, string | number>>;

function equal(a: Flat, b: Flat): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

export const weighsTheSame = (a: PodInfo, b: PodInfo): boolean =>
  a.uid === b.uid &&
  (a.deletionTime === undefined) === (b.deletionTime === undefined) &&
  equal(a.labels, b.labels) &&
  equal(a.requests, b.requests);
