/**
 * Kubelets may do what a kubelet does, for its node and the pods on it; nodes that are to join may ask for a certificate.
 * All others are the next authorizer's. Source: plugin/pkg/auth/authorizer/node/node_authorizer.go, 1.34.
 */
import { decodeObject, type Registry } from '../../registry/registry.ts';
import { referencedObjects } from '../../resources/pod/referenced-objects.ts';
import { nodeNameOf } from '../../values/node-identity.ts';
import type { Authorizer, RequestAttributes, UserInfo } from '../identity.ts';
import { asRules, BOOTSTRAP_RULES, isAllowed, NODE_RULES } from './node-rules.ts';

const MASTERS = 'system:masters';
const BOOTSTRAPPERS = 'system:bootstrappers';
const LEASES = 'kube-node-lease';
const READS = ['get', 'list', 'watch'];

/** '': yes; undefined: the rules decide. */
type Verdict = string | undefined;
type Judge = (registry: Lookup, node: string, asked: RequestAttributes) => Verdict | Promise<Verdict>;
type Lookup = Pick<Registry, 'find' | 'list'>;

interface PodOnNode {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly spec: { readonly nodeName?: string; readonly serviceAccountName?: string };
}

async function podsOn(registry: Lookup, node: string, namespace?: string): Promise<PodOnNode[]> {
  const fields = [{ path: 'spec.nodeName', operator: '=', value: node } as const];
  const { items } = await registry.list('pods', { fields, ...(namespace === undefined ? {} : { namespace }) });
  return items.map((item) => decodeObject(item) as unknown as PodOnNode);
}

const unrelated = (node: string): string => `no relationship found between node '${node}' and this object`;

async function needs(
  registry: Lookup,
  node: string,
  { namespace, resource, name }: RequestAttributes,
): Promise<Verdict> {
  if ((name ?? '') === '') {
    return 'No Object name found';
  }
  const pods = await podsOn(registry, node, namespace);
  return pods.some((pod) => referencedObjects(pod).has(`${resource}/${name}`)) ? '' : unrelated(node);
}

const judgeNamespaced: Judge = (registry, node, asked) => {
  if (!READS.includes(asked.verb)) {
    return 'can only read resources of this type';
  }
  if (asked.subresource !== undefined) {
    return 'cannot read subresource';
  }
  return asked.namespace === undefined ? 'can only read namespaced object of this type' : needs(registry, node, asked);
};

const judgeClaim: Judge = (registry, node, asked) =>
  asked.verb === 'get' && asked.subresource === undefined
    ? needs(registry, node, asked)
    : 'can only get individual resources of this type';

/** One whose claim a pod of the node mounts. */
const judgeVolume: Judge = async (registry, node, { verb, name = '' }) => {
  if (verb !== 'get') {
    return 'can only get individual resources of this type';
  }
  const stored = await registry.find('persistentvolumes', '', name);
  const { claimRef } = (stored === undefined ? {} : (decodeObject(stored).spec ?? {})) as {
    claimRef?: { namespace?: string; name?: string };
  };
  const { namespace, name: claim } = claimRef ?? {};
  return namespace === undefined || claim === undefined
    ? unrelated(node)
    : needs(registry, node, { verb, resource: 'persistentvolumeclaims', namespace, name: claim });
};

const judgeToken: Judge = async (registry, node, { verb, subresource, namespace, name }) => {
  if (verb !== 'create' || subresource !== 'token') {
    return 'can only create tokens for individual service accounts';
  }
  const pods = await podsOn(registry, node, namespace);
  return pods.some(({ spec }) => spec.serviceAccountName === name) ? '' : unrelated(node);
};

const judgeLease: Judge = (_registry, node, { verb, namespace, name }) => {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return 'can only get, create, update, patch, or delete a node lease';
  }
  if (namespace !== LEASES) {
    return `can only access leases in the "${LEASES}" system namespace`;
  }
  // What is created has no name in its path: admission looks at it.
  return verb === 'create' || name === node
    ? ''
    : 'can only access node lease with the same name as the requesting node';
};

const judgeCsiNode: Judge = (_registry, node, { verb, subresource, name }) => {
  if (subresource !== undefined) {
    return 'cannot authorize CSINode subresources';
  }
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return 'can only get, create, update, patch, or delete a CSINode';
  }
  return verb === 'create' || name === node ? '' : 'can only access CSINode with the same name as the requesting node';
};

const judgeAttachment: Judge = async (registry, node, { verb, subresource, name = '' }) => {
  if (verb !== 'get' || subresource !== undefined) {
    return 'can only get individual resources of this type';
  }
  const stored = await registry.find('volumeattachments.storage.k8s.io', '', name);
  const { nodeName } = (stored === undefined ? {} : (decodeObject(stored).spec ?? {})) as { nodeName?: string };
  return nodeName === node ? '' : unrelated(node);
};

const judgeNode: Judge = (_registry, node, { verb, subresource, name }) => {
  if (subresource !== undefined || !READS.includes(verb) || name === node) {
    return undefined;
  }
  return name === undefined
    ? `node '${node}' cannot read all nodes, only its own Node object`
    : `node '${node}' cannot read '${name}', only its own Node object`;
};

const judgePod: Judge = async (registry, node, { verb, subresource, namespace = '', name, nodeName }) => {
  if (subresource !== undefined || !READS.includes(verb) || (verb !== 'get' && nodeName === node)) {
    return undefined;
  }
  if (name === undefined) {
    return 'can only list/watch pods with spec.nodeName field selector';
  }
  const stored = await registry.find('pods', namespace, name);
  const pod = stored === undefined ? undefined : (decodeObject(stored) as unknown as PodOnNode);
  return pod?.spec.nodeName === node ? '' : unrelated(node);
};

const JUDGES: Readonly<Record<string, Judge>> = {
  '/secrets': judgeNamespaced,
  '/configmaps': judgeNamespaced,
  '/persistentvolumeclaims': judgeClaim,
  '/persistentvolumes': judgeVolume,
  '/serviceaccounts': judgeToken,
  '/nodes': judgeNode,
  '/pods': judgePod,
  'coordination.k8s.io/leases': judgeLease,
  'storage.k8s.io/csinodes': judgeCsiNode,
  'storage.k8s.io/volumeattachments': judgeAttachment,
};

export function createNodeAuthorizer(registry: Lookup, next: Authorizer): Authorizer {
  const judge = async (node: string, asked: RequestAttributes): Promise<Verdict> =>
    asked.path === undefined
      ? JUDGES[`${asked.group ?? ''}/${asked.resource ?? ''}`]?.(registry, node, asked)
      : undefined;
  const isBootstrapper = ({ groups }: UserInfo): boolean => groups.includes(BOOTSTRAPPERS);
  return {
    async rules(user, namespace) {
      const isMaster = user.groups.includes(MASTERS);
      const rules = nodeNameOf(user) !== undefined ? NODE_RULES : isBootstrapper(user) ? BOOTSTRAP_RULES : undefined;
      return rules === undefined || isMaster ? next.rules(user, namespace) : asRules(rules);
    },
    async authorize(user, asked) {
      const node = nodeNameOf(user);
      if (user.groups.includes(MASTERS) || (node === undefined && !isBootstrapper(user))) {
        return next.authorize(user, asked);
      }
      const reason = node === undefined ? undefined : await judge(node, asked);
      const allowed =
        reason === '' || (reason === undefined && isAllowed(node === undefined ? BOOTSTRAP_RULES : NODE_RULES, asked));
      return { allowed, reason: reason ?? '' };
    },
  };
}
