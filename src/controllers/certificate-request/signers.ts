/**
 * What each signer of Kubernetes signs, in its words. Pure. Source: pkg/apis/certificates/helpers.go and
 * pkg/controller/certificates/signer/signer.go, 1.34.
 */
import type { RequestedIdentity } from '../../resources/certificates/certificate-order.ts';

type Check = (identity: RequestedIdentity, usages: readonly string[]) => string | undefined;

const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const NODE_PREFIX = 'system:node:';

const checkClient: Check = (_identity, usages) => {
  const strange = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (strange !== undefined) {
    return `invalid usage for client certificate: ${strange}`;
  }
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
};

/** Key encipherment may be left out. */
function usageProblem(usages: readonly string[], purpose: 'client auth' | 'server auth'): string | undefined {
  const full = ['digital signature', 'key encipherment', purpose].sort();
  const given = [...new Set(usages)].sort().join();
  const fits = given === full.join() || given === full.filter((usage) => usage !== 'key encipherment').join();
  return fits ? undefined : `usages did not match [${full.join(' ')}]`;
}

function nodeNameProblem({ commonName, organizations }: RequestedIdentity): string | undefined {
  if (organizations.length !== 1 || organizations[0] !== 'system:nodes') {
    return 'subject organization is not system:nodes';
  }
  return commonName.startsWith(NODE_PREFIX)
    ? undefined
    : `subject common name does not begin with "${NODE_PREFIX}" prefix`;
}

const refused = (kind: string, names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `${kind} subjectAltNames are not allowed`;

const checkKubeletClient: Check = (identity, usages) =>
  nodeNameProblem(identity) ??
  refused('DNS', identity.dnsNames) ??
  refused('Email', identity.emails) ??
  refused('IP', identity.ipAddresses) ??
  refused('URI', identity.uris) ??
  usageProblem(usages, 'client auth');

const checkKubeletServing: Check = (identity, usages) => {
  const hasName = identity.dnsNames.length > 0 || identity.ipAddresses.length > 0;
  return (
    nodeNameProblem(identity) ??
    (hasName ? undefined : 'DNS or IP subjectAltName is required') ??
    refused('Email', identity.emails) ??
    refused('URI', identity.uris) ??
    usageProblem(usages, 'server auth')
  );
};

/** Signer → what is wrong with a request; undefined: nothing. */
export const SIGNERS: ReadonlyMap<string, Check> = new Map([
  ['kubernetes.io/kube-apiserver-client', checkClient],
  [KUBELET_CLIENT, checkKubeletClient],
  ['kubernetes.io/kubelet-serving', checkKubeletServing],
]);

/** Whether a kubelet asks for its own certificate, so that nobody has to look at it. */
export const isKubeletClient = (signerName: string, identity: RequestedIdentity, usages: readonly string[]): boolean =>
  signerName === KUBELET_CLIENT && checkKubeletClient(identity, usages) === undefined;
