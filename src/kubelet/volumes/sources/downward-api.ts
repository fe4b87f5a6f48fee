/** Fields of the pod and resources of its containers as files. Source: pkg/volume/downwardapi, CollectData. */
import type { VolumeFile } from '../../../runtimes/runtime.ts';
import { ContainerConfigError, fieldOf, resourceOf } from '../../downward-values.ts';
import { type DownwardSourceFiles, FILE_MODE, MountError, textFile, type VolumeContext } from '../volume.ts';

export async function readDownward(
  { items = [], defaultMode = FILE_MODE }: DownwardSourceFiles,
  context: VolumeContext,
): Promise<VolumeFile[]> {
  const node = items.some(({ resourceFieldRef }) => resourceFieldRef) ? await context.readNode() : undefined;
  try {
    return items.map(({ path, mode = defaultMode, fieldRef, resourceFieldRef }) => {
      const none = { name: '' };
      const text =
        resourceFieldRef === undefined
          ? fieldOf(fieldRef?.fieldPath ?? '', context)
          : resourceOf(resourceFieldRef, none, context.pod, node);
      return textFile(path, text, mode);
    });
  } catch (error) {
    throw error instanceof ContainerConfigError ? new MountError(error.message) : error;
  }
}
