/** Several sources in one volume; all that is wrong is told at once. Source: pkg/volume/projected, collectData. */
import type { VolumeFile } from '../../../runtimes/runtime.ts';
import { FILE_MODE, MountError, type Projection, textFile, type Volume, type VolumeContext } from '../volume.ts';
import { readDownward } from './downward-api.ts';
import { readKeys } from './keys.ts';

type Read = (source: Projection, defaultMode: number, context: VolumeContext) => Promise<VolumeFile[]> | undefined;

/** undefined: the source is none of that kind. */
const READERS: readonly Read[] = [
  ({ secret }, defaultMode, context) => secret && readKeys('secrets', { ...secret, defaultMode }, context),
  ({ configMap }, defaultMode, context) => configMap && readKeys('configmaps', { ...configMap, defaultMode }, context),
  ({ downwardAPI }, defaultMode, context) => downwardAPI && readDownward({ ...downwardAPI, defaultMode }, context),
  ({ serviceAccountToken }, defaultMode, { token }) =>
    serviceAccountToken &&
    token(serviceAccountToken).then((text) => [textFile(serviceAccountToken.path, text, defaultMode)]),
];

export async function readProjected(
  { sources = [], defaultMode = FILE_MODE }: NonNullable<Volume['projected']>,
  context: VolumeContext,
): Promise<VolumeFile[]> {
  const files: VolumeFile[] = [];
  const problems: string[] = [];
  for (const source of sources) {
    const reading = READERS.map((read) => read(source, defaultMode, context)).find((read) => read !== undefined);
    try {
      files.push(...((await reading) ?? unknownSource(source)));
    } catch (error) {
      if (!(error instanceof MountError)) {
        throw error;
      }
      problems.push(error.message);
    }
  }
  if (problems.length > 0) {
    throw new MountError(problems.length === 1 ? problems.join() : `[${problems.join(', ')}]`);
  }
  return files;
}

function unknownSource(source: Projection): never {
  throw new MountError(`projected volumes from ${Object.keys(source).join(', ')} are not served`);
}
