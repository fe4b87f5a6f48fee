/** What the parts of this runtime share: the client, the reader of pods, folders, what is under way, who is told. */
import type { Clock } from '../../timing/clock.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import type { ContainerResources, RuntimePod, VolumeSource } from '../runtime.ts';
import type { Underway } from '../underway.ts';
import type { CriClient } from './client.ts';
import type { CriOptions } from './options.ts';
import type { PodParts, PodReader } from './pod-reader.ts';

export interface CriHost {
  readonly client: CriClient;
  readonly reader: PodReader;
  readonly options: CriOptions;
  readonly folders: PodFolders;
  readonly volumes: VolumeSource;
  readonly underway: Underway;
  readonly clock: Clock;
  /** Containers that this process is about to start. */
  readonly starting: Set<string>;
  /** Given by a resize, by container id. */
  readonly resized: Map<string, ContainerResources>;
  /** "Look at this pod." */
  tell(pod: Pick<RuntimePod, 'uid' | 'namespace' | 'name' | 'nodeName'>): void;
  tellOf(parts: PodParts): void;
}
