/** Manifests in folders of this host. Source: kubelet/config/file.go, 1.34. */
import { constants } from 'node:fs';
import { open, readdir, stat, watch } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { isPerNode } from './mirror.ts';

export interface ManifestFile {
  readonly file: string;
  /** What is in it, or why that cannot be told. */
  readonly content: { readonly value: unknown } | { readonly problem: string };
}
export interface Manifests {
  /** None where there is no such folder. Rejects where it cannot be read. */
  read(folder: string): Promise<readonly ManifestFile[]>;
  /** Names of nodes whose manifests have changed; undefined: those of all. Ends with the signal. */
  changes(path: string, everyMs: number, signal: AbortSignal): AsyncIterable<string | undefined>;
}

/** Source: kubelet/config/file.go, maxConfigLength. */
const MAX_BYTES = 10 * 1_024 * 1_024;
/** An editor writes more than once. */
const SETTLE_MS = 100;

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
    return files.map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  }
}

async function readText(path: string): Promise<Buffer> {
  // A pipe would never open, a device never end. Source: file.go, extractFromDir.
  if (!(await stat(path)).isFile()) {
    throw new Error('is not a file');
  }
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) {
      throw new Error(`is larger than ${MAX_BYTES} bytes`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** `parse`: YAML or JSON, away from the event loop. */
export function manifestFolders(
  parse: (text: Buffer) => Promise<{ readonly value: unknown }>,
  clock: Clock,
): Manifests {
  const readOne = async (file: string): Promise<ManifestFile> => {
    try {
      return { file, content: { value: (await parse(await readText(file))).value } };
    } catch (error) {
      return { file, content: { problem: (error as Error).message } };
    }
  };
  return {
    read: async (folder) => Promise.all((await filesIn(folder)).map(readOne)),
    async *changes(path, everyMs, signal) {
      const root = isPerNode(path) ? dirname(path) : path;
      let before = new Map<string, string>();
      while (!signal.aborted) {
        const now = await lookOf(root, isPerNode(path)).catch(() => before);
        const names = new Set([...before.keys(), ...now.keys()]);
        for (const name of [...names].filter((each) => before.get(each) !== now.get(each))) {
          yield name === '' ? undefined : name;
        }
        before = now;
        await nextChange(root, everyMs, clock, signal);
      }
    },
  };
}

/** Names, times and sizes of the files of each folder; '' is the root itself. */
async function lookOf(root: string, perNode: boolean): Promise<Map<string, string>> {
  const folders = perNode ? (await subfolders(root)).map((name) => join(root, name)) : [root];
  const looks = await Promise.all(
    folders.map(async (folder) => {
      const files = await filesIn(folder);
      const marks = await Promise.all(files.map(async (file) => `${file} ${await markOf(file)}`));
      return [relative(root, folder).split(sep)[0] ?? '', marks.join('\n')] as const;
    }),
  );
  return new Map(looks.filter(([, text]) => text !== ''));
}

const markOf = (file: string): Promise<string> =>
  stat(file).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
    () => '',
  );

async function subfolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The host says so, or it is time to look; not every file system tells. */
async function nextChange(root: string, everyMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const over = new LinkedController(signal);
  const either = over.signal;
  const told = (async () => {
    try {
      for await (const _ of watch(root, { recursive: true, signal: either })) {
        await clock.sleep(SETTLE_MS, either);
        return;
      }
    } catch {
      // No such folder, or no more watches: the timer is left.
      await clock.sleep(everyMs, either).catch(() => undefined);
    }
  })();
  await Promise.race([told, clock.sleep(everyMs, either).catch(() => undefined)]);
  over.abort();
  await told;
}
