/** What clients do inside a pod, and who they are. */
import type { Feature } from './feature.ts';
import { ASKS, go, headlamp, INSIDE_A_POD, kubectl, MAINTAINS, PROTOBUF, SIGNS_IN, streams, verbs } from './tests.ts';

export const INSIDE: readonly Feature[] = [
  { feature: 'run, --rm -i', kubectl: verbs('run', 'run: with a command, environment') },
  {
    feature: 'exec',
    ...{
      kubectl: kubectl('streaming', 'runs commands, and tells outputs'),
      otherKubectl: INSIDE_A_POD,
      clientNode: streams('Exec: outputs apart'),
    },
    ...{ k9s: go('opens a shell: over a WebSocket'), headlamp: headlamp('opens a terminal: the shell') },
  },
  {
    feature: 'attach',
    ...{ kubectl: kubectl('streaming', 'attaches to what the container'), clientNode: streams('Attach: what the') },
    headlamp: headlamp('debugs a pod by an ephemeral container'),
  },
  {
    feature: 'cp',
    ...{
      kubectl: kubectl('streaming', 'copies a folder and bytes there'),
      otherKubectl: INSIDE_A_POD,
      clientNode: streams('Cp: a folder there'),
    },
  },
  {
    feature: 'port-forward',
    kubectl: kubectl('streaming', 'forwards a port to what the pod answers'),
    otherKubectl: MAINTAINS,
    clientNode: streams('PortForward: bytes both ways'),
    k9s: go('forwards ports: within a WebSocket'),
  },
  {
    feature: 'debug',
    kubectl: kubectl('debug', 'runs a command in a container beside'),
    otherKubectl: MAINTAINS,
    headlamp: headlamp('debugs a pod by an ephemeral container'),
  },
  { feature: 'shell on a node', headlamp: headlamp('opens a shell on a node') },
  {
    feature: 'logs, logs -f',
    ...{ kubectl: verbs('observe', 'logs -f: until the container ends'), clientNode: streams('Log: follows until') },
    ...{ k9s: go('follows logs'), headlamp: headlamp('reads logs: base64 in text frames') },
  },
  { feature: 'logs: labels, since, previous', kubectl: verbs('observe', 'logs: by time, by size') },
  { feature: 'logs --all-pods', sinceKubectl: 33, kubectl: verbs('observe', 'logs --all-pods: of every pod') },
  { feature: 'proxy', kubectl: kubectl('proxy', 'are what kubectl proxy shows to a browser') },
];

export const ACCESS: readonly Feature[] = [
  {
    feature: 'auth can-i, whoami, reconcile',
    ...{
      kubectl: verbs('administration', 'auth: can-i, --list, whoami'),
      otherKubectl: ASKS,
      k9s: go('starts: version, metrics'),
    },
    ...{ clientGo: PROTOBUF, headlamp: SIGNS_IN },
  },
  { feature: 'create token', kubectl: verbs('create', 'token: for a while, for an audience'), otherKubectl: ASKS },
  { feature: 'certificate approve, deny', kubectl: verbs('administration', 'certificate: approves one') },
  { feature: 'client certificates', kubectl: kubectl('certificates', 'are signed once they are approved') },
  { feature: 'typed client, live stream', browser: ['client-package.test.ts', 'runs the example, bundled'] },
];
