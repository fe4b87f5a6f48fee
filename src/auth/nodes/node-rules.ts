/**
 * What kubelets and nodes that are to join may do, as far as it does not depend on the object. Source:
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, NodeRules and system:node-bootstrapper, 1.34, with the
 * bindings that kubeadm makes.
 */
import type { RequestAttributes, Rules } from '../identity.ts';

type ResourceRule = Rules['resourceRules'][number];

const rule = (verbs: string, apiGroups: string, resources: string): ResourceRule => ({
  verbs: verbs.split(' '),
  apiGroups: apiGroups.split(','),
  resources: resources.split(' '),
});
const READ = 'get list watch';
const CERTIFICATES = 'certificates.k8s.io';

/** Of everybody who is let in: system:discovery, system:basic-user. */
const BASIC: readonly ResourceRule[] = [
  rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
  rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
];
const PATHS = [
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/version/',
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/openapi',
  '/openapi/*',
];

export const NODE_RULES: readonly ResourceRule[] = [
  ...BASIC,
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews localsubjectaccessreviews'),
  rule(READ, '', 'services'),
  rule('create get list watch update patch', '', 'nodes'),
  rule('update patch', '', 'nodes/status'),
  rule('create update patch', ',events.k8s.io', 'events'),
  rule('get list watch create delete', '', 'pods'),
  rule('update patch', '', 'pods/status'),
  rule('create', '', 'pods/eviction'),
  rule(READ, '', 'secrets configmaps'),
  rule('get', '', 'persistentvolumeclaims persistentvolumes'),
  rule('get', '', 'endpoints'),
  rule(`create ${READ}`, CERTIFICATES, 'certificatesigningrequests'),
  rule('create', CERTIFICATES, 'certificatesigningrequests/selfnodeclient'),
  rule('get create update patch delete', 'coordination.k8s.io', 'leases'),
  rule('create', '', 'serviceaccounts/token'),
  rule('get', 'storage.k8s.io', 'volumeattachments'),
  rule(READ, 'storage.k8s.io', 'csidrivers'),
  rule('get create update patch delete', 'storage.k8s.io', 'csinodes'),
  rule(READ, 'node.k8s.io', 'runtimeclasses'),
];

export const BOOTSTRAP_RULES: readonly ResourceRule[] = [
  ...BASIC,
  rule(`create ${READ}`, CERTIFICATES, 'certificatesigningrequests'),
  rule('create', CERTIFICATES, 'certificatesigningrequests/nodeclient'),
  rule('get', '', 'nodes'),
];

export const asRules = (resourceRules: readonly ResourceRule[]): Rules => ({
  resourceRules,
  nonResourceRules: [{ verbs: ['get'], nonResourceURLs: PATHS }],
});

const allowsPath = (path: string): boolean =>
  PATHS.some((each) => (each.endsWith('*') ? path.startsWith(each.slice(0, -1)) : path === each));

export function isAllowed(rules: readonly ResourceRule[], asked: RequestAttributes): boolean {
  const { verb, group = '', resource = '', subresource, path } = asked;
  if (path !== undefined) {
    return verb === 'get' && allowsPath(path);
  }
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return rules.some(
    ({ verbs, apiGroups, resources }) => verbs.includes(verb) && apiGroups.includes(group) && resources.includes(what),
  );
}
