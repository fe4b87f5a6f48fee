/**
 * The images that a node reports, by name. Nodes of a fleet report the same few lists over and over, of up to 50 images
 * each: equal ones are one object in memory.
 */
import type { Node } from '../kinds/node.ts';

type Reported = NonNullable<Node['status']>['images'];

const MAX_LISTS = 10_000;
const NONE: ReadonlyMap<string, number> = new Map();
const lists = new Map<string, ReadonlyMap<string, number>>();

export function imagesOf(reported: Reported): ReadonlyMap<string, number> {
  if (reported === undefined || reported.length === 0) {
    return NONE;
  }
  const key = JSON.stringify(reported);
  const known = lists.get(key);
  if (known !== undefined) {
    return known;
  }
  const images = new Map(
    reported.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name): [string, number] => [name, sizeBytes])),
  );
  if (lists.size >= MAX_LISTS) {
    lists.clear();
  }
  lists.set(key, images);
  return images;
}
