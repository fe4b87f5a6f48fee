/**
 * One Flotilla a home. The lock is a file `flotilla.lock.<n>` that names its holder; the highest n counts. A lock
 * whose holder is dead is taken over by creating n + 1, which link(2) grants to one process only. Deleting the dead
 * file and creating it anew would let two processes that both saw it dead end up as holders.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomically, writeFileAtomically } from '../../atomic-file.ts';
import { errorCode, StartupError } from '../../errors.ts';
import { processIdentity } from './process-identity.ts';

export interface HomeLock {
  release(): Promise<void>;
}

const PREFIX = 'flotilla.lock.';
const RELEASED = 'released\n';
/** No secret: also another user, after root has had the home once, must see who holds it. */
const MODE = 0o644;

export async function lockHome(home: string): Promise<HomeLock> {
  const mine = `${process.pid} ${await processIdentity(process.pid)}\n`;
  for (;;) {
    const generations = await listGenerations(home);
    const highest = Math.max(0, ...generations);
    const holder = await liveHolder(join(home, `${PREFIX}${highest}`));
    if (holder !== undefined) {
      throw new StartupError(`Another Flotilla (pid ${holder}) uses ${home}: stop it or set FLOTILLA_HOME`);
    }
    const path = join(home, `${PREFIX}${highest + 1}`);
    if (await createFileAtomically(path, mine, MODE)) {
      // A slower process can re-create a number that was passed and deleted meanwhile: only the highest is the holder.
      if (Math.max(...(await listGenerations(home))) === highest + 1) {
        await Promise.all(generations.map((n) => rm(join(home, `${PREFIX}${n}`), { force: true })));
        return { release: () => writeFileAtomically(path, RELEASED, MODE) };
      }
      await rm(path, { force: true });
    }
  }
}

async function listGenerations(home: string): Promise<number[]> {
  const names = await readdir(home);
  return names
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number(name.slice(PREFIX.length)))
    .filter((n) => Number.isSafeInteger(n) && n > 0);
}

/** The holder's pid while it lives. A released, missing or unreadable lock has none. */
async function liveHolder(path: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const match = /^(\d+) (.+)\n$/.exec(text);
  const pid = Number(match?.[1]);
  return match !== null && (await processIdentity(pid)) === match[2] ? pid : undefined;
}
