/** What the manifests of a node say that it should run. */
import { decodeObject } from '../../registry/registry.ts';
import { staticPodUid } from '../../resources/pod/mirror-pod.ts';
import type { KubeletContext } from '../context.ts';
import type { Node } from '../node.ts';
import { type NodeSettings, nodeSettings } from '../node-settings.ts';
import { folderOf, type Mirror, mirrorOf } from './mirror.ts';

export interface WantedPods {
  /** By namespace and name. */
  readonly mirrors: ReadonlyMap<string, Mirror>;
  /** False: a file cannot be read, so what is in none need not be unwanted. */
  readonly isWhole: boolean;
  readonly problems: readonly { readonly file: string; readonly why: string }[];
}

/** undefined: the node has no static pods. Rejects where its manifests cannot be read. */
export async function readWantedPods(
  { manifests, clock }: Pick<KubeletContext, 'manifests' | 'clock'>,
  node: Node,
  { configuration: { staticPodPath = '' } }: Pick<NodeSettings, 'configuration'>,
): Promise<WantedPods | undefined> {
  if (staticPodPath === '' || manifests === undefined) {
    return undefined;
  }
  const files = await manifests.read(folderOf(staticPodPath, node.metadata.name));
  const mirrors = new Map<string, Mirror>();
  const problems: { file: string; why: string }[] = [];
  for (const { file, content } of files) {
    const mirror = 'problem' in content ? content.problem : mirrorOf(content.value, file, node, clock.now());
    if (typeof mirror === 'string') {
      problems.push({ file, why: mirror });
    } else {
      mirrors.set(`${mirror.namespace}/${mirror.name}`, mirror);
    }
  }
  return { mirrors, isWhole: !files.some(({ content }) => 'problem' in content), problems };
}

/** By which the runtime knows them, whether they have mirrors or not. */
export async function staticUids(context: KubeletContext, nodeName: string): Promise<ReadonlySet<string>> {
  const { registry, config } = context;
  const { staticPodPath = '' } = config.configuration;
  // Most have none: nothing is read for them.
  const stored = staticPodPath === '' ? undefined : await registry.find('nodes', '', nodeName);
  if (stored === undefined) {
    return new Set();
  }
  const node = decodeObject<Node>(stored);
  const wanted = await readWantedPods(context, node, nodeSettings(node, config));
  const uids = [...(wanted?.mirrors.values() ?? [])].map(({ namespace, name, hash }) =>
    staticPodUid(namespace, name, nodeName, hash),
  );
  return new Set(uids);
}
