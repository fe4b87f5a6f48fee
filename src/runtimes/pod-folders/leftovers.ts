/** What is left of pods on this host that the runtime no longer knows: a worker died between the two removals. */
import type { Logger } from '../../logger.ts';
import { BoundedMap } from '../../timing/bounded-map.ts';
import { canBeFolder } from './pod-folders.ts';

const REMEMBERED = 1_000;

interface Leftovers {
  /** Uids of which something is there; may name one twice. */
  readonly found: readonly string[];
  /** Those of a list that was made before: nobody asks for them again. */
  readonly listed?: ReadonlyMap<string, unknown>;
  /** A pod that is being made has a folder before it has a sandbox. */
  isKnown(uid: string): Promise<boolean>;
  remove(uid: string): Promise<void>;
}

/** Removes leftovers. One that cannot be removed is told of once, and keeps no other. Throws where nobody knows what is one. */
export function leftoverRemover(logger: Logger): (leftovers: Leftovers) => Promise<void> {
  const told = new BoundedMap<string, true>(REMEMBERED);
  const tell = (name: string, err?: unknown): void => {
    if (told.get(name) === undefined) {
      told.set(name, true);
      logger.warn({ err, name }, 'cannot remove what is left of a pod');
    }
  };
  return async ({ found, listed, isKnown, remove }) => {
    for (const uid of new Set(found)) {
      if (!canBeFolder(uid)) {
        tell(uid);
      } else if (listed?.has(uid) !== true && !(await isKnown(uid))) {
        await remove(uid).catch((error: unknown) => tell(uid, error));
      }
    }
  };
}
