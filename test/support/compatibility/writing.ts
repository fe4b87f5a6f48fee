/** How clients write and delete. */
import type { Feature } from './feature.ts';
import {
  APPLIES,
  BROWSES,
  CONTROLLER,
  chart,
  DEPLOYS,
  go,
  headlamp,
  INSIDE_A_POD,
  kubectl,
  MAINTAINS,
  node,
  operator,
  PATCHES,
  PROTOBUF,
  streams,
  verbs,
  WORKLOAD_VIEW,
} from './tests.ts';

export const WRITING: readonly Feature[] = [
  {
    feature: 'create, every generator',
    kubectl: verbs('create', 'configmap: of literals, files'),
    otherKubectl: DEPLOYS,
  },
  {
    feature: 'create of manifests',
    kubectl: verbs('apply', 'create -f: whole lists'),
    otherKubectl: INSIDE_A_POD,
    clientNode: node('creates and'),
    ...{ clientGo: PROTOBUF, headlamp: headlamp('applies: a POST, a PUT where that conflicts') },
  },
  { feature: 'apply', kubectl: verbs('apply', 'apply -f: creates, configures'), otherKubectl: APPLIES },
  {
    feature: 'apply --server-side',
    ...{
      kubectl: kubectl('server-side-apply', 'creates, changes, and removes'),
      otherKubectl: APPLIES,
      clientGo: CONTROLLER,
    },
  },
  {
    feature: 'conflicts of owners, force',
    kubectl: kubectl('server-side-apply', 'tells of conflicts, and takes over'),
    clientGo: go('applies, and extracts from a list'),
  },
  { feature: 'apply --prune', kubectl: verbs('apply', 'apply --prune: what has the label') },
  { feature: 'apply --applyset', kubectl: verbs('apply', 'apply --applyset: a set of objects') },
  { feature: 'kustomize', kubectl: verbs('apply', 'apply -k, diff -k, get -k, delete -k') },
  { feature: 'diff', kubectl: verbs('apply', 'diff: exits with 1 and shows'), otherKubectl: APPLIES },
  { feature: 'replace, replace --force', kubectl: verbs('apply', 'replace: the whole object') },
  {
    feature: 'patch of every type',
    ...{
      kubectl: verbs('change', 'patch: strategic, merge, JSON'),
      otherKubectl: MAINTAINS,
      clientNode: streams('PatchStrategy: every kind'),
    },
    ...{ k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  {
    feature: 'any kind by its name',
    ...{ clientNode: streams('KubernetesObjectApi: any object by its kind'), k9s: BROWSES },
  },
  {
    feature: 'edit',
    ...{ kubectl: verbs('change', 'edit: what the editor wrote'), k9s: go('edits, and overwrites nothing') },
    headlamp: headlamp('applies: a POST, a PUT where that conflicts'),
  },
  { feature: 'label, annotate', kubectl: verbs('change', 'label: adds, keeps, overwrites'), otherKubectl: MAINTAINS },
  {
    feature: 'set image, env, resources',
    ...{
      kubectl: verbs('change', 'set: image, env, resources'),
      otherKubectl: DEPLOYS,
      k9s: WORKLOAD_VIEW,
      headlamp: PATCHES,
    },
  },
  { feature: 'set selector, subject', kubectl: verbs('change', 'set: selector of a service') },
  { feature: 'expose', kubectl: verbs('change', 'expose: a deployment, a service and a pod') },
  {
    feature: 'delete, all its ways',
    ...{
      kubectl: verbs('delete', 'by name, by type and name'),
      otherKubectl: DEPLOYS,
      headlamp: headlamp('deletes, with options'),
    },
    k9s: go('deletes by every policy, and at once'),
  },
  {
    feature: 'cascades, owners',
    kubectl: verbs('delete', '--cascade: background takes the pods'),
    otherKubectl: DEPLOYS,
    clientNode: operator('follows a ConfigMap from its create'),
    ...{ clientGo: CONTROLLER, k9s: go('deletes by every policy, and at once') },
    headlamp: headlamp('deletes, with options'),
  },
  {
    feature: 'grace, --force',
    ...{
      kubectl: verbs('delete', 'waits for the pod to end'),
      otherKubectl: INSIDE_A_POD,
      k9s: go('deletes by every policy, and at once'),
    },
    headlamp: headlamp('deletes, with options'),
  },
  {
    feature: 'errors in the words of Kubernetes',
    clientNode: node('answers errors'),
    helm: chart('tells what the server'),
    clientGo: PROTOBUF,
  },
];
