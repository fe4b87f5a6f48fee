/**
 * A kubelet writes its own node, its lease, the pods on it, and nothing that others decide about it.
 * Source: plugin/pkg/admission/noderestriction/admission.go, 1.34.
 */
import { forbidden } from '../errors.ts';
import { requestedCommonName } from '../resources/certificates/requested-organizations.ts';
import { nodeNameOf } from '../values/node-identity.ts';
import type { KubeObject, OwnerReference } from '../values/object.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { forbiddenLabels } from './node-labels.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const LEASES = 'kube-node-lease';
const SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

interface Spec {
  readonly taints?: unknown;
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly signerName?: string;
  readonly request?: string;
}
/** Why not; undefined: nothing against it. */
type Judge = (node: string, request: AdmissionRequest) => string | undefined;

const specOf = (object: KubeObject | undefined): Spec => (object?.spec ?? {}) as Spec;
const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? []) !== JSON.stringify(b ?? []);

const judgeNode: Judge = (node, { operation, name, object, old }) => {
  const quoted = JSON.stringify(node);
  const labels = operation === 'delete' ? [] : forbiddenLabels(object.metadata.labels, old?.metadata.labels);
  if (operation === 'create' && labels.length > 0) {
    return `is not allowed to set the following labels: ${labels.join(', ')}`;
  }
  if (name !== node) {
    return `node ${quoted} is not allowed to modify node ${JSON.stringify(name)}`;
  }
  if (operation !== 'update') {
    return undefined;
  }
  if (differ(specOf(object).taints, specOf(old).taints)) {
    return `node ${quoted} is not allowed to modify taints`;
  }
  if (labels.length > 0) {
    return `is not allowed to modify labels: ${labels.join(', ')}`;
  }
  return differ(object.metadata.ownerReferences, old?.metadata.ownerReferences)
    ? `node ${quoted} is not allowed to modify ownerReferences`
    : undefined;
};

function judgeOwners(node: string, owners: readonly OwnerReference[]): string | undefined {
  const can = `node ${JSON.stringify(node)} can only create pods with`;
  const [owner] = owners;
  if (owners.length > 1) {
    return `${can} a single owner reference set to itself`;
  }
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${can} an owner reference set to itself`;
  }
  if (owner.controller !== true) {
    return `${can} a controller owner reference set to itself`;
  }
  return owner.blockOwnerDeletion === true
    ? `node ${JSON.stringify(node)} must not set blockOwnerDeletion on an owner reference`
    : undefined;
}

const judgePod: Judge = (node, { operation, subresource, object, old }) => {
  const quoted = JSON.stringify(node);
  const isTheirs = specOf(old ?? object).nodeName !== node;
  if (subresource === 'eviction') {
    return isTheirs ? `node ${node} can only evict pods with spec.nodeName set to itself` : undefined;
  }
  if (subresource === 'status') {
    const changed = JSON.stringify(object.metadata.labels ?? {}) !== JSON.stringify(old?.metadata.labels ?? {});
    return isTheirs
      ? `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`
      : changed
        ? `node ${quoted} cannot update labels through pod status`
        : undefined;
  }
  if (operation === 'delete') {
    return isTheirs ? `node ${quoted} can only delete pods with spec.nodeName set to itself` : undefined;
  }
  if (operation === 'update') {
    return `unexpected operation "UPDATE", node ${quoted} can only create and delete mirror pods`;
  }
  if (object.metadata.annotations?.[MIRROR] === undefined) {
    return `pod does not have ${JSON.stringify(MIRROR)} annotation, node ${quoted} can only create mirror pods`;
  }
  return isTheirs
    ? `node ${quoted} can only create pods with spec.nodeName set to itself`
    : judgeOwners(node, object.metadata.ownerReferences ?? []);
};

const judgeLease: Judge = (node, { namespace, name }) =>
  namespace !== LEASES
    ? `can only access leases in the ${JSON.stringify(LEASES)} system namespace`
    : name === node
      ? undefined
      : 'can only access node lease with the same name as the requesting node';

function commonNameIn(base64: string): string | undefined {
  try {
    return requestedCommonName(Buffer.from(base64, 'base64').toString('latin1'));
  } catch {
    return undefined;
  }
}

const judgeCertificate: Judge = (node, { operation, object }) => {
  const { signerName = '', request = '' } = specOf(object);
  const isMeant = operation === 'create' && SIGNERS.includes(signerName);
  return isMeant && commonNameIn(request) !== `system:node:${node}`
    ? `can only create a node CSR with CN=system:node:${node}`
    : undefined;
};

const judgeCsiNode: Judge = (node, { name }) =>
  name === node ? undefined : 'can only access CSINode with the same name as the requesting node';

const JUDGES: Readonly<Record<string, Judge>> = {
  nodes: judgeNode,
  pods: judgePod,
  'leases.coordination.k8s.io': judgeLease,
  'csinodes.storage.k8s.io': judgeCsiNode,
  'certificatesigningrequests.certificates.k8s.io': judgeCertificate,
};

export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  everywhere: true,
  admit(_context, request) {
    const { kind, name, user } = request;
    const node = user === undefined ? undefined : nodeNameOf(user);
    const why = node === undefined ? undefined : JUDGES[kind.id]?.(node, request);
    if (why !== undefined) {
      throw forbidden(kind.resource, name, why);
    }
  },
};
