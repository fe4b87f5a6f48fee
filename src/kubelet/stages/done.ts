/** Which stages a pod is through, as its annotation says. */
import type { PodStage } from '../../runtimes/runtime.ts';
import type { ObjectMeta } from '../../values/object.ts';

export const STAGES_ANNOTATION = 'fleet.flotilla.dev/stages';

export function readDone({ annotations }: ObjectMeta): ReadonlySet<string> {
  const text = annotations?.[STAGES_ANNOTATION] ?? '';
  return new Set(text === '' ? [] : text.split(','));
}

export const formatDone = (done: ReadonlySet<string>, due: readonly PodStage[]): string =>
  [...done, ...due.map(({ key }) => key)].join(',');
