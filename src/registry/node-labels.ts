/**
 * Labels of its node that a kubelet may not touch. Source: kubelet/pkg/apis/well_known_labels.go and noderestriction's
 * getForbiddenLabels.
 */
type Labels = Readonly<Record<string, string>>;

const RESTRICTION = 'node-restriction.kubernetes.io';
const OWN_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const OWN = new Set([
  ...['kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch'],
  ...['beta.kubernetes.io/os', 'beta.kubernetes.io/arch', 'beta.kubernetes.io/instance-type'],
  ...['topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'node.kubernetes.io/instance-type'],
  ...['failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region'],
]);

const isBelow = (namespace: string, parent: string): boolean =>
  namespace === parent || namespace.endsWith(`.${parent}`);

function isForbidden(label: string): boolean {
  const namespace = label.includes('/') ? (label.split('/', 1)[0] ?? '') : '';
  const isKubernetes = isBelow(namespace, 'kubernetes.io') || isBelow(namespace, 'k8s.io');
  const isOwn = OWN.has(label) || OWN_NAMESPACES.some((own) => isBelow(namespace, own));
  return isBelow(namespace, RESTRICTION) || (isKubernetes && !isOwn);
}

/** Of those that were added, changed or removed. */
export const forbiddenLabels = (now: Labels = {}, before: Labels = {}): string[] =>
  [...new Set([...Object.keys(now), ...Object.keys(before)])]
    .filter((label) => now[label] !== before[label] && isForbidden(label))
    .sort();
