/** Where the volumes of a pod are in one of its containers, with what they hold now. */
import type { Mount } from '../../runtimes/runtime.ts';
import { containerEnv, expand } from '../container-env.ts';
import type { Container, Pod, VolumeMount } from '../pod.ts';
import { isInMemory, memorySize } from './memory-size.ts';
import { readVolume } from './read-volume.ts';
import { hostSource, volumeUid } from './sources/on-host.ts';
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
      readOnly: (mount.readOnly ?? false) || isReadOnly(context.pod, mount.name),
      ...asMounted(mount),
      content: await contentOf(mount.name),
    })),
  );
}

/** Values that are the default say nothing. */
function asMounted({
  mountPropagation,
  recursiveReadOnly,
}: VolumeMount): Pick<Mount, 'propagation' | 'recursiveReadOnly'> {
  return {
    ...(mountPropagation === 'HostToContainer' || mountPropagation === 'Bidirectional'
      ? { propagation: mountPropagation }
      : {}),
    ...(recursiveReadOnly === 'IfPossible' || recursiveReadOnly === 'Enabled' ? { recursiveReadOnly } : {}),
  };
}

const isReadOnly = ({ spec }: Pod, name: string): boolean =>
  spec.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim?.readOnly === true;

async function readContent(context: VolumeContext, name: string): Promise<Mount['content']> {
  const volume: Volume = context.pod.spec.volumes?.find((one) => one.name === name) ?? { name };
  try {
    const files = await readVolume(volume, context);
    return files === undefined ? await writable(volume, context) : { kind: 'files', files };
  } catch (error) {
    if (!(error instanceof MountError)) {
      throw error;
    }
    // A claim that went while its pod runs is still where it was, too.
    return { kind: 'unavailable' };
  }
}

/** What a claim has is the same wherever it is mounted; a path of the host is the runtime's to allow. */
async function writable(volume: Volume, context: VolumeContext): Promise<Mount['content']> {
  const { pod, readNode } = context;
  const host = await hostSource(volume, context);
  // An ephemeral volume does not outlast its pod.
  const outlasting = volume.persistentVolumeClaim && (await volumeUid(volume, context));
  const memory = isInMemory(volume) ? memorySize(pod, volume, await readNode()) : undefined;
  return {
    kind: 'writable',
    ...(host === undefined ? {} : { hostPath: host.path, hostPathType: host.type }),
    ...(outlasting === undefined ? {} : { persistentVolume: outlasting }),
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
