/** As whom a container runs, and under which filter of system calls. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContainerSpec, RuntimeError } from '../runtime.ts';
import type { DockerHost } from './host.ts';
import type { DockerOptions } from './options.ts';

/**
 * `user:group`; undefined: as the image says. A group alone goes with the image's user: without one the engine would take
 * it for a user. Throws CreateContainer. Source: kuberuntime/security_context.go, verifyRunAsNonRoot.
 */
export async function userOf(
  { docker, call }: Pick<DockerHost, 'docker' | 'call'>,
  { image, name, security = {} }: ContainerSpec,
  pod: string,
): Promise<string | undefined> {
  const { runAsUser, runAsGroup, runAsNonRoot } = security;
  const ofImage = async (): Promise<string> => {
    const { Config } = await call(docker.getImage(image).inspect(), 'CreateContainer');
    return (Config.User ?? '').split(':')[0] ?? '';
  };
  if (runAsNonRoot === true) {
    checkUser(runAsUser, runAsUser === undefined ? await ofImage() : '', `(pod: "${pod}", container: ${name})`);
  }
  if (runAsGroup === undefined) {
    return runAsUser === undefined ? undefined : String(runAsUser);
  }
  return `${runAsUser ?? ((await ofImage()) || '0')}:${runAsGroup}`;
}

function checkUser(runAsUser: number | undefined, imageUser: string, where: string): void {
  const id = runAsUser ?? (imageUser === '' ? 0 : Number(imageUser));
  if (Number.isNaN(id)) {
    throw new RuntimeError(
      'CreateContainer',
      `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root ${where}`,
    );
  }
  if (id === 0) {
    const what =
      runAsUser === undefined
        ? 'container has runAsNonRoot and image will run as root'
        : "container's runAsUser breaks non-root policy";
    throw new RuntimeError('CreateContainer', `${what} ${where}`);
  }
}

/** The engine is given the text. Throws CreateContainer. Source: cri-dockerd, getSeccompSecurityOpts. */
export async function seccompProfileOf(
  { security }: ContainerSpec,
  { seccompRoot }: Pick<DockerOptions, 'seccompRoot'>,
): Promise<string | undefined> {
  const { seccomp, privileged } = security ?? {};
  if (privileged === true || seccomp?.type !== 'Localhost') {
    return undefined;
  }
  const name = seccomp.localhostProfile ?? '';
  try {
    return JSON.stringify(JSON.parse(await readFile(join(seccompRoot, name), 'utf8')));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new RuntimeError('CreateContainer', `cannot load seccomp profile "${name}": ${why}`, { cause });
  }
}
