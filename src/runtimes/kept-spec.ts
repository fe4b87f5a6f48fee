/** What later calls need of a pod's sandbox: small, for it is kept with the sandbox, as an annotation or a label. */
import type { PodSandboxSpec } from './specs.ts';

export type KeptSpec = Omit<PodSandboxSpec, 'labels' | 'annotations' | 'nodeAnnotations'>;

export function keep(spec: PodSandboxSpec): KeptSpec {
  const { labels: _l, annotations: _a, nodeAnnotations: _n, ...kept } = spec;
  return kept;
}
