/** Labels of nodes that have other names by now. Source: pkg/api/node/util.go, 1.34. */

/** Label → since when, and what took its place. */
const DEPRECATED: ReadonlyMap<string, readonly [since: string, instead: string]> = new Map([
  ['beta.kubernetes.io/arch', ['v1.14', 'kubernetes.io/arch']],
  ['beta.kubernetes.io/os', ['v1.14', 'kubernetes.io/os']],
  ['failure-domain.beta.kubernetes.io/region', ['v1.17', 'topology.kubernetes.io/region']],
  ['failure-domain.beta.kubernetes.io/zone', ['v1.17', 'topology.kubernetes.io/zone']],
  ['beta.kubernetes.io/instance-type', ['v1.17', 'node.kubernetes.io/instance-type']],
]);

/** Of a label that something selects nodes by, at `path`. */
export function nodeLabelWarnings(path: string, label: string): string[] {
  const [since, instead] = DEPRECATED.get(label) ?? [];
  return since === undefined ? [] : [`${path}: deprecated since ${since}; use "${instead}" instead`];
}
