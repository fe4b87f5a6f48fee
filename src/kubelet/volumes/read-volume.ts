/**
 * volumes/: what the volumes of pods hold, and where containers have them. May import what the kubelet may, and of it what
 * pods, nodes and containers' variables are. Never touches the host's disk, which is for runtimes to do.
 *
 * This file: what a volume holds, by its source: a table of one reader each. Sources without a reader hold what their users
 * leave.
 */
import { checkClaim, claimNameOf } from './sources/claim.ts';
import { readDownward } from './sources/downward-api.ts';
import { readKeys } from './sources/keys.ts';
import { readProjected } from './sources/projected.ts';
import type { Content, Volume, VolumeContext } from './volume.ts';

type Read = (volume: Volume, context: VolumeContext) => Promise<Content> | undefined;

/** undefined: the volume has another source. */
const READERS: readonly Read[] = [
  ({ configMap }, context) => configMap && readKeys('configmaps', configMap, context),
  ({ secret }, context) =>
    secret && readKeys('secrets', { ...secret, ...(secret.secretName && { name: secret.secretName }) }, context),
  ({ downwardAPI }, context) => downwardAPI && readDownward(downwardAPI, context),
  ({ projected }, context) => projected && readProjected(projected, context),
  (volume, context) => {
    const claimName = claimNameOf(volume, context.pod);
    return claimName === undefined ? undefined : checkClaim(claimName, volume, context);
  },
];

/** Throws MountError. */
export async function readVolume(volume: Volume, context: VolumeContext): Promise<Content> {
  for (const read of READERS) {
    const content = read(volume, context);
    if (content !== undefined) {
      return content;
    }
  }
  return undefined;
}
