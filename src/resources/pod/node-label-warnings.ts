/** Labels of nodes that have other names by now. Source: pkg/api/node/util.go, 1.34. */
import type { NodeSelectorTerm } from './pod-spec.ts';

/** Label → since when, and what took its place. */
const DEPRECATED: ReadonlyMap<string, readonly [since: string, instead: string]> = new Map([
  ['beta.kubernetes.io/arch', ['v1.14', 'kubernetes.io/arch']],
  ['beta.kubernetes.io/os', ['v1.14', 'kubernetes.io/os']],
  ['failure-domain.beta.kubernetes.io/region', ['v1.17', 'topology.kubernetes.io/region']],
  ['failure-domain.beta.kubernetes.io/zone', ['v1.17', 'topology.kubernetes.io/zone']],
  ['beta.kubernetes.io/instance-type', ['v1.17', 'node.kubernetes.io/instance-type']],
]);

/** The name that a label of old has by now. */
export const labelInstead = (label: string): string | undefined => DEPRECATED.get(label)?.[1];

/** Of a label that something selects nodes by, at `path`. `named`: where the path does not say which. */
export function nodeLabelWarnings(path: string, label: string, style: 'bare' | 'named' = 'bare'): string[] {
  const [since, instead] = DEPRECATED.get(label) ?? [];
  const subject = style === 'named' ? `${label} is ` : '';
  return since === undefined ? [] : [`${path}: ${subject}deprecated since ${since}; use "${instead}" instead`];
}

/** Of the terms at `path`; `place` is that of the only one where it is not its index. */
export const nodeTermWarnings = (path: string, terms: readonly NodeSelectorTerm[] = [], place?: string): string[] =>
  terms.flatMap(({ matchExpressions = [] }, index) =>
    matchExpressions.flatMap(({ key = '' }, at) =>
      nodeLabelWarnings(`${path}${place ?? `[${index}]`}.matchExpressions[${at}].key`, key, 'named'),
    ),
  );
