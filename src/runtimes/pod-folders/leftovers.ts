/** What is left of pods on this host that the runtime no longer knows: a worker died between the two removals. */
interface Leftovers {
  /** Uids of which something is there; may name one twice. */
  readonly found: readonly string[];
  /** A pod that is being made has a folder before it has a sandbox. */
  isKnown(uid: string): Promise<boolean>;
  remove(uid: string): Promise<void>;
}

export async function removeLeftovers({ found, isKnown, remove }: Leftovers): Promise<void> {
  for (const uid of new Set(found)) {
    if (!(await isKnown(uid))) {
      await remove(uid);
    }
  }
}
