/** The VolumeSource of runtimes/: reads a pod's objects whenever a runtime asks, in whatever process it does. */

import { decodeObject, type Registry } from '../../registry/registry.ts';
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { Mount, VolumeSource } from '../../runtimes/runtime.ts';
import type { Clock } from '../../timing/clock.ts';
import { configReader } from '../config-reader.ts';
import type { Node } from '../node.ts';
import type { Container, Pod } from '../pod.ts';
import { accountMount, wantsToken } from './account-mount.ts';
import { containerMounts } from './container-mounts.ts';
import { type IssueToken, PodTokens } from './pod-tokens.ts';
import type { VolumeContext } from './volume.ts';

export interface VolumeSourceOptions {
  readonly registry: Pick<Registry, 'find'>;
  readonly issueToken: IssueToken;
  /** Of the API: what tokens are for that name no other. */
  readonly audience: string;
  /** The API's certificate authority, PEM; undefined where no API runs. */
  readonly authority: () => string | undefined;
  readonly clock: Clock;
}

export function createVolumeSource({
  registry,
  issueToken,
  audience,
  authority,
  clock,
}: VolumeSourceOptions): VolumeSource {
  const tokens = new PodTokens(registry, issueToken, audience, clock);
  return {
    async mounts({ namespace, name, uid }, containerName) {
      const stored = await registry.find('pods', namespace, name);
      const found = stored && decodeObject<Pod>(stored);
      const pod = found !== undefined && runtimeUid(found) === uid ? found : undefined;
      const container = pod && containersOf(pod).find((one) => one.name === containerName);
      if (pod === undefined || container === undefined) {
        return [];
      }
      const read = configReader(registry);
      const context: VolumeContext = {
        ...{ pod, hostIP: pod.status?.hostIP ?? '', podIP: pod.status?.podIP ?? '' },
        readConfig: (id, of) => read(id, namespace, of),
        readNode: async () => (await read('nodes', '', pod.spec.nodeName ?? '')) as Node | undefined,
        readClaim: (claim) => read('persistentvolumeclaims', namespace, claim),
        readPersistentVolume: (volume) => read('persistentvolumes', '', volume),
        token: (source) => tokens.token(pod, source),
      };
      const account = await read('serviceaccounts', namespace, pod.spec.serviceAccountName ?? 'default');
      const own: Mount[] = await containerMounts(container, context);
      const isAlone = !wantsToken(pod, container, account);
      const mounts = isAlone ? own : [...own, await accountMount(pod, context.token, authority())];
      const group = pod.spec.securityContext?.fsGroup;
      return group === undefined ? mounts : mounts.map((mount) => ({ ...mount, group }));
    },
  };
}

const containersOf = ({ spec }: Pod): Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []),
  ...(spec.ephemeralContainers ?? []),
];
