/** Has nodes looked at whose manifests have changed. */
import type { Registry } from '../../registry/registry.ts';
import type { Random } from '../../timing/random.ts';
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import { parseGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import type { WakeKubelets } from '../wake-kubelets.ts';
import type { Manifests } from './manifest-folder.ts';

/** Source: kubelet/apis/config/v1beta1/defaults.go, fileCheckFrequency. */
const CHECK_MS = 20_000;
const PAGE = 1_000;

export async function followManifests(
  manifests: Manifests,
  { staticPodPath = '', fileCheckFrequency = '' }: KubeletConfiguration,
  registry: Pick<Registry, 'listRefs'>,
  wake: WakeKubelets,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  if (staticPodPath === '') {
    return;
  }
  const everyMs = parseGoDuration(fileCheckFrequency) || CHECK_MS;
  for await (const nodeName of manifests.changes(staticPodPath, everyMs, signal)) {
    if (nodeName !== undefined) {
      await wake([{ nodeName }]);
      continue;
    }
    let seen = 0;
    let after: { namespace: string; name: string } | undefined;
    do {
      const { items } = await registry.listRefs('nodes', { limit: PAGE, ...(after === undefined ? {} : { after }) });
      // A second for a thousand nodes: the files of a few are there at once, those of many one after the other.
      seen += items.length;
      await wake(items.map(({ name }) => ({ nodeName: name, afterMs: Math.floor(random.next() * seen) })));
      const last = items.length === PAGE ? items.at(-1) : undefined;
      after = last && { namespace: '', name: last.name };
    } while (after !== undefined && !signal.aborted);
  }
}
