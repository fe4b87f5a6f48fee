/** What may be run, and as whom: the operator's rules. */
import { access, constants, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isWithin } from '../pod-folders/is-within.ts';
import { type ContainerSpec, RuntimeError } from '../runtime.ts';
import type { ProcessImage, ProcessOptions } from './options.ts';

/** Where programs of a host are. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** undefined: the worker's own user. */
  readonly user: number | undefined;
  readonly group: number | undefined;
}

async function allowed(path: string, { allowedPaths }: ProcessOptions): Promise<boolean> {
  const folders = await Promise.all(allowedPaths.map((folder) => realpath(folder).catch(() => resolve(folder))));
  return folders.some((folder) => isWithin(folder, path));
}

/** Where the program is. Throws RuntimeError when it is not there, or where the operator allows none. */
export async function allowedProgram(
  name: string,
  cwd: string,
  path: string,
  options: ProcessOptions,
): Promise<string> {
  const places = name.includes('/') ? [resolve(cwd, name)] : path.split(':').map((folder) => join(folder, name));
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) {
      if (!(await allowed(await realpath(place), options))) {
        throw new RuntimeError('CreateContainer', `${place} is in no folder that the operator allows (allowedPaths)`);
      }
      return place;
    }
  }
  throw new RuntimeError('RunContainer', `exec: "${name}": executable file not found in $PATH`);
}

function userOf({ name, security }: ContainerSpec, { allowedUsers }: ProcessOptions, own: number): number | undefined {
  const user = security?.runAsUser ?? own;
  if (security?.runAsNonRoot === true && user === 0) {
    throw new RuntimeError('CreateContainer', `container has runAsNonRoot and would run as root (container: ${name})`);
  }
  if (!allowedUsers.includes(user)) {
    throw new RuntimeError('CreateContainer', `user ${user} is none that the operator allows (allowedUsers)`);
  }
  return user === own ? undefined : user;
}

/** Throws RuntimeError with the rule that forbids it. */
export async function programOf(
  container: ContainerSpec,
  image: ProcessImage,
  options: ProcessOptions,
  own: number,
): Promise<Program> {
  const { command, args, env, workingDir, security } = container;
  if (security?.privileged === true) {
    throw new RuntimeError('CreateContainer', 'privileged containers are not possible with processes');
  }
  const cwd = workingDir ?? image.path ?? options.root;
  const given = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const path =
    given['PATH'] ?? (image.path === undefined ? SYSTEM_PATH : `${image.path}/bin:${image.path}:${SYSTEM_PATH}`);
  const words = command.length > 0 ? [...command, ...args] : [...(image.command ?? []), ...args];
  const [name = '', ...rest] = words;
  if (name === '') {
    throw new RuntimeError('CreateContainer', 'no command specified');
  }
  const file = await allowedProgram(name, cwd, path, options);
  const user = userOf(container, options, own);
  return { file, args: rest, cwd, env: { ...given, PATH: path }, user, group: security?.runAsGroup ?? user };
}
