/** Which labels a kubelet may give its node. Pure. Source: kubelet/apis/well_known_labels.go, options.go ValidateKubeletFlags. */
import { isQualifiedName, isValidLabelValue } from '../name-rules.ts';

const OWN = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const ALLOWED: ReadonlySet<string> = new Set([
  ...['beta.kubernetes.io/arch', 'beta.kubernetes.io/instance-type', 'beta.kubernetes.io/os'],
  ...['failure-domain.beta.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'kubernetes.io/arch'],
  ...['kubernetes.io/hostname', 'kubernetes.io/os', 'topology.kubernetes.io/region', 'topology.kubernetes.io/zone'],
]);

const isOf = (namespace: string, domain: string): boolean => namespace === domain || namespace.endsWith(`.${domain}`);

/** A label of Kubernetes that is none of a kubelet's to give. */
function isReserved(key: string): boolean {
  const namespace = key.includes('/') ? (key.split('/', 1)[0] ?? '') : '';
  return (
    ['kubernetes.io', 'k8s.io'].some((domain) => isOf(namespace, domain)) &&
    !OWN.some((domain) => isOf(namespace, domain)) &&
    !ALLOWED.has(key)
  );
}

export const nodeLabelProblems = (labels: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...(isReserved(key) ? [`unknown 'kubernetes.io' or 'k8s.io' label ${key}`] : []),
    ...isQualifiedName(key),
    ...(typeof value === 'string' ? isValidLabelValue(value) : ['must be a text']),
  ]);
