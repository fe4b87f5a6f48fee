/** What the parts of this runtime share. */
import type { Clock } from '../../timing/clock.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import type { RuntimePod, VolumeSource } from '../runtime.ts';
import type { Cgroups } from './cgroups.ts';
import type { ProcessOptions } from './options.ts';
import type { ContainerRecord, Records } from './records.ts';

export interface ProcessHost {
  readonly options: ProcessOptions;
  readonly folders: PodFolders;
  readonly records: Records;
  readonly volumes: VolumeSource;
  readonly clock: Clock;
  /** undefined: nothing is limited or counted. */
  readonly cgroups: Cgroups | undefined;
  /** The worker's user. */
  readonly own: number;
  /** "Look at this pod." */
  tell(pod: Pick<RuntimePod, 'uid' | 'namespace' | 'name' | 'nodeName'>): void;
  /** Tells when the container ends. */
  follow(pod: Pick<RuntimePod, 'uid' | 'namespace' | 'name' | 'nodeName'>, run: ContainerRecord): void;
}
