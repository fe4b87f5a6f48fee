/** Where the volumes of a pod are in one of its containers, with what they hold now. */
import type { Mount } from '../../runtimes/runtime.ts';
import { containerEnv, expand } from '../container-env.ts';
import type { Container, VolumeMount } from '../pod.ts';
import { isInMemory, memorySize } from './memory-size.ts';
import { readVolume } from './read-volume.ts';
import { MountError, type Volume, type VolumeContext } from './volume.ts';

export async function containerMounts(container: Container, context: VolumeContext): Promise<Mount[]> {
  const { volumeMounts = [] } = container;
  const contents = new Map<string, Promise<Mount['content']>>();
  const contentOf = (name: string): Promise<Mount['content']> => {
    const content = contents.get(name) ?? readContent(context, name);
    contents.set(name, content);
    return content;
  };
  return Promise.all(
    volumeMounts.map(async (mount) => ({
      volume: mount.name,
      path: mount.mountPath,
      subPath: await subPathOf(mount, container, context),
      readOnly: mount.readOnly ?? false,
      content: await contentOf(mount.name),
    })),
  );
}

async function readContent(context: VolumeContext, name: string): Promise<Mount['content']> {
  const volume: Volume = context.pod.spec.volumes?.find((one) => one.name === name) ?? { name };
  try {
    const files = await readVolume(volume, context);
    return files === undefined ? await writable(volume, context) : { kind: 'files', files };
  } catch (error) {
    if (error instanceof MountError) {
      return { kind: 'unavailable' };
    }
    throw error;
  }
}

/** A claim is the same wherever it is mounted; a path of the host is the runtime's to allow. */
async function writable(volume: Volume, { pod, readNode }: VolumeContext): Promise<Mount['content']> {
  const { hostPath, persistentVolumeClaim } = volume;
  const { namespace } = pod.metadata;
  const memory = isInMemory(volume) ? memorySize(pod, volume, await readNode()) : undefined;
  return {
    kind: 'writable',
    ...(hostPath === undefined ? {} : { hostPath: hostPath.path, hostPathType: hostPath.type ?? '' }),
    ...(persistentVolumeClaim === undefined ? {} : { claim: `${namespace}/${persistentVolumeClaim.claimName}` }),
    ...(memory === undefined ? {} : { memory }),
  };
}

async function subPathOf(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  container: Container,
  context: VolumeContext,
): Promise<string> {
  if (subPathExpr === '') {
    return subPath;
  }
  const env = await containerEnv(container, context);
  return expand(subPathExpr, new Map(env.map(({ name, value }) => [name, value])));
}
