/** What clients do with workloads and nodes. */
import type { Feature } from './feature.ts';
import {
  CONTROLLER,
  chart,
  DEPLOYS,
  go,
  kubectl,
  MAINTAINS,
  NODE_PAGE,
  NODE_VIEW,
  node,
  operator,
  PATCHES,
  page,
  verbs,
  WORKLOAD_VIEW,
} from './tests.ts';

export const WORKLOADS: readonly Feature[] = [
  {
    feature: 'scale',
    ...{
      kubectl: verbs('rollout', 'scale: only from what is'),
      clientGo: go('scales what it knows only the kind of'),
      otherKubectl: DEPLOYS,
      clientNode: node('creates and scales a deployment'),
    },
    browser: page('scales a pool, and shows what comes of it'),
    ...{ k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  { feature: 'autoscale', kubectl: verbs('rollout', 'autoscale: makes an autoscaler') },
  {
    feature: 'rollout history, undo',
    kubectl: verbs('rollout', 'history and undo: to the revision'),
    otherKubectl: DEPLOYS,
  },
  {
    feature: 'rollout pause, resume',
    ...{ kubectl: verbs('rollout', 'pause and resume: changes wait'), k9s: WORKLOAD_VIEW },
  },
  {
    feature: 'rollout restart, status',
    ...{ kubectl: verbs('rollout', 'restart: every pod anew'), k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  {
    feature: 'wait',
    kubectl: verbs('rollout', 'wait: for a condition, for a value'),
    clientGo: go('lists in pages, and waits'),
    otherKubectl: MAINTAINS,
  },
  { feature: 'wait --for=create', sinceKubectl: 31, kubectl: verbs('rollout', 'wait --for=create: until there') },
  { feature: 'jobs', kubectl: kubectl('jobs', 'run to completion, each pod counted once') },
  { feature: 'daemon sets', kubectl: kubectl('daemon-sets', 'have a pod on every node') },
  { feature: 'taint', kubectl: verbs('administration', 'taint: adds, refuses the second') },
  {
    feature: 'cordon, uncordon',
    ...{
      kubectl: verbs('administration', 'cordon and uncordon: once'),
      otherKubectl: MAINTAINS,
      k9s: NODE_VIEW,
      headlamp: NODE_PAGE,
    },
  },
  {
    feature: 'drain',
    ...{
      kubectl: verbs('administration', 'drain: needs leave for bare pods'),
      otherKubectl: MAINTAINS,
      k9s: NODE_VIEW,
      headlamp: NODE_PAGE,
    },
  },
  { feature: 'drain against a budget', kubectl: kubectl('disruption', 'hold up a drain until they allow it') },
  { feature: 'chart: install --wait', helm: chart('installs the chart and waits until') },
  {
    feature: 'chart: list, status, get',
    ...{ helm: chart('lists the release, tells its status'), k9s: go('finds the releases of helm') },
  },
  { feature: 'chart: upgrade', helm: chart('upgrades: other values reach every pod') },
  { feature: 'chart: rollback', helm: chart('goes back to an older revision') },
  { feature: 'chart: --dry-run=server', helm: chart('changes nothing in a dry run') },
  { feature: 'chart: uninstall', helm: chart('uninstalls: nothing of the release stays') },
  { feature: 'operator', clientNode: operator('undoes what others change'), clientGo: CONTROLLER },
  { feature: 'leader election', clientGo: go('elects a leader') },
  { feature: 'scheduler of your own', clientNode: ['examples/scheduler.test.ts', 'packs the pods that name it'] },
];
