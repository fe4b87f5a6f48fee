/** What the parts of this runtime share. */
import type Docker from 'dockerode';
import type { Clock } from '../../timing/clock.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import type { RuntimePod, VolumeSource } from '../runtime.ts';
import type { Underway } from '../underway.ts';
import type { Call } from './call.ts';
import type { DockerOptions } from './options.ts';
import type { PodReader } from './pod-reader.ts';

export interface DockerHost {
  readonly docker: Docker;
  readonly call: Call;
  readonly reader: PodReader;
  readonly options: DockerOptions;
  readonly folders: PodFolders;
  readonly volumes: VolumeSource;
  readonly underway: Underway;
  readonly clock: Clock;
  /** As it said when it was asked last; undefined: it has not, or was away since. */
  readonly engine: { version: Docker.DockerVersion | undefined };
  /** "Look at this pod." */
  tell(pod: Pick<RuntimePod, 'uid' | 'namespace' | 'name' | 'nodeName'>): void;
}
