/**
 * The files of a ConfigMap, Secret or projection, changed all at once: `..data` links to a folder of the current files,
 * and each name links through it. Whoever reads sees the old or the new ones. Source: pkg/volume/util/atomic_writer.go.
 */
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RuntimeError, type VolumeFile } from '../runtime.ts';

const DATA = '..data';
const PERMISSIONS = 0o7777;

function checked(path: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || parts[0]?.startsWith('..')) {
    throw new RuntimeError('CreateContainer', `${JSON.stringify(path)} cannot be a file of a volume`);
  }
  return path;
}

/** The group may read them, whatever their mode. Source: pkg/volume, SetVolumeOwnership (roMask). */
const GROUP_READS = 0o440;
const modeFor = (mode: number, group: number | undefined): number => (group === undefined ? mode : mode | GROUP_READS);

async function isSame(folder: string, files: readonly VolumeFile[], group: number | undefined): Promise<boolean> {
  const present = await readdir(join(folder, DATA), { recursive: true, withFileTypes: true }).catch(() => []);
  if (
    present.filter((entry) => entry.isFile()).length !== files.length ||
    (await readlink(join(folder, DATA)).catch(() => '')) === ''
  ) {
    return false;
  }
  for (const file of files) {
    if (!(await isAsBefore(join(folder, DATA, file.path), file, group))) {
      return false;
    }
  }
  return true;
}

async function isAsBefore(path: string, { content, mode }: VolumeFile, group: number | undefined): Promise<boolean> {
  const before = await stat(path).catch(() => undefined);
  if (
    before?.size !== content.byteLength ||
    (before.mode & PERMISSIONS) !== modeFor(mode, group) ||
    (group !== undefined && before.gid !== group)
  ) {
    return false;
  }
  const was = await readFile(path).catch(() => undefined);
  return was?.equals(content) ?? false;
}

export async function writeFiles(folder: string, files: readonly VolumeFile[], group?: number): Promise<void> {
  for (const { path } of files) {
    checked(path);
  }
  if (await isSame(folder, files, group)) {
    return;
  }
  const before = await readlink(join(folder, DATA)).catch(() => undefined);
  const next = await mkdtemp(`${folder}/..`);
  await chmod(next, 0o755);
  for (const { path, content, mode } of files) {
    const file = join(next, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    if (group !== undefined) {
      await chown(file, -1, group);
    }
    await chmod(file, modeFor(mode, group));
  }
  const link = join(folder, '..data_tmp');
  await rm(link, { force: true });
  await symlink(next.slice(folder.length + 1), link);
  await rename(link, join(folder, DATA));
  await linkNames(folder, new Set(files.map(({ path }) => path.split('/')[0] ?? '')));
  if (before !== undefined) {
    await rm(join(folder, before), { recursive: true, force: true });
  }
}

/** One link for each name at the top; links of names that are gone go. */
async function linkNames(folder: string, names: ReadonlySet<string>): Promise<void> {
  const present = (await readdir(folder)).filter((name) => !name.startsWith('..'));
  for (const name of present.filter((one) => !names.has(one))) {
    await rm(join(folder, name), { force: true });
  }
  for (const name of names) {
    if (!present.includes(name)) {
      await symlink(join(DATA, name), join(folder, name));
    }
  }
}
