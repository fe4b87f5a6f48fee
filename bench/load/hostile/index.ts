/** All that is sent to see how long others wait; `run` tells the names of one round from the next. */
import { hostileEncodings } from './encodings.ts';
import { hostileMetadata } from './metadata.ts';
import { hostileObjects } from './objects.ts';
import { hostilePatches } from './patches.ts';
import { hostilePods } from './pods.ts';
import { hostileReads } from './reads.ts';
import type { HostileRequest } from './request.ts';

export const hostileRequests = (run: string): readonly HostileRequest[] => [
  ...hostileMetadata(run),
  ...hostileObjects(run),
  ...hostilePods(run),
  ...hostilePatches(run),
  ...hostileEncodings(run),
  ...hostileReads(run),
];
