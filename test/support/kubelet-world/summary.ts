import type { Pod } from '../../../src/kubelet/pod.ts';

/** What `kubectl get` would print as STATUS, roughly. */
export function summary({ status, metadata }: Pod): string {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ state }) => state.waiting?.reason ?? state.terminated?.reason ?? (state.running ? 'Running' : '?'),
  );
  const ending = metadata.deletionTimestamp === undefined ? '' : ' terminating';
  return `${status?.phase ?? '-'} [${states.join(' ')}]${ending}`;
}
