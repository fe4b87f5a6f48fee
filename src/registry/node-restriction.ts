/**
 * A kubelet writes its own node, its lease, the pods on it, and nothing that others decide about it.
 * Source: plugin/pkg/admission/noderestriction/admission.go, 1.34.
 */
import { forbidden, notFound } from '../errors.ts';
import { requestedCommonName } from '../resources/certificates/requested-organizations.ts';
import { referencedObjects } from '../resources/pod/referenced-objects.ts';
import { nodeNameOf } from '../values/node-identity.ts';
import type { KubeObject, OwnerReference } from '../values/object.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { RegistryContext } from './context.ts';
import { forbiddenLabels } from './node-labels.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const LEASES = 'kube-node-lease';
const SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

interface Spec {
  readonly taints?: unknown;
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly resourceClaims?: readonly unknown[];
  readonly volumes?: readonly {
    readonly projected?: { readonly sources?: readonly { readonly clusterTrustBundle?: unknown }[] };
  }[];
  readonly signerName?: string;
  readonly request?: string;
}
/** Why not; undefined: nothing against it. */
type Why = string | undefined;
type Judge = (node: string, request: AdmissionRequest, context: RegistryContext) => Why | Promise<Why>;

const specOf = (object: KubeObject | undefined): Spec => (object?.spec ?? {}) as Spec;
const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? []) !== JSON.stringify(b ?? []);

const judgeNode: Judge = (node, { operation, name, object, old }) => {
  const quoted = JSON.stringify(node);
  if (name !== node) {
    return `node ${quoted} is not allowed to modify node ${JSON.stringify(name)}`;
  }
  const labels = operation === 'delete' ? [] : forbiddenLabels(object.metadata.labels, old?.metadata.labels);
  if (operation === 'create' && labels.length > 0) {
    return `node ${quoted} is not allowed to set the following labels: ${labels.join(', ')}`;
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

function judgeOwners(node: string, owners: readonly OwnerReference[]): Why {
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

/** A uid that is not the node's would have the garbage collector delete the pod, or hold it to what is gone. */
async function judgeOwnerUid(node: string, owner: OwnerReference | undefined, context: RegistryContext): Promise<Why> {
  const stored = await context.objects.get('nodes', '', node);
  if (stored === undefined) {
    throw notFound({ group: '', resource: 'nodes' }, node);
  }
  return owner?.uid === stored.uid
    ? undefined
    : `node ${node} UID mismatch: expected ${owner?.uid ?? ''} got ${stored.uid}`;
}

/** What a pod names its node may read: then a node could read all by pods of its own. */
function judgeReferences(node: string, pod: KubeObject): Why {
  const { serviceAccountName = '', resourceClaims = [], volumes = [] } = specOf(pod);
  const named = [...referencedObjects(pod)].map((each) => each.slice(0, each.indexOf('/')));
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const what =
    serviceAccountName !== ''
      ? 'a service account'
      : sources.some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined)
        ? 'clustertrustbundles'
        : resourceClaims.length > 0
          ? 'resourceclaims'
          : ['secrets', 'configmaps', 'persistentvolumeclaims'].find((resource) => named.includes(resource));
  return what === undefined ? undefined : `node ${JSON.stringify(node)} can not create pods that reference ${what}`;
}

async function judgeMirrorPod(node: string, pod: KubeObject, context: RegistryContext): Promise<Why> {
  const { annotations = {}, ownerReferences = [] } = pod.metadata;
  const quoted = JSON.stringify(node);
  if (annotations[MIRROR] === undefined) {
    return `pod does not have ${JSON.stringify(MIRROR)} annotation, node ${quoted} can only create mirror pods`;
  }
  if (specOf(pod).nodeName !== node) {
    return `node ${quoted} can only create pods with spec.nodeName set to itself`;
  }
  return (
    judgeOwners(node, ownerReferences) ??
    (await judgeOwnerUid(node, ownerReferences[0], context)) ??
    judgeReferences(node, pod)
  );
}

const judgePod: Judge = (node, { operation, subresource, object, old }, context) => {
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
  return judgeMirrorPod(node, object, context);
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
  admit(context, request) {
    const { kind, name, user } = request;
    const node = user === undefined ? undefined : nodeNameOf(user);
    const why = node === undefined ? undefined : JUDGES[kind.id]?.(node, request, context);
    const refuse = (reason: Why): void => {
      if (reason !== undefined) {
        throw forbidden(kind.resource, name, reason);
      }
    };
    return why instanceof Promise ? why.then(refuse) : refuse(why);
  },
};
