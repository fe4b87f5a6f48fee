/**
 * What docs/compatibility.md says of real clients, each with the test that shows it: `npm run generate` writes the
 * table, a unit test checks that the tests exist, and the gate that they passed with each of the clients.
 */
const E2E = 'test/e2e/';

/** A file below test/e2e and the title of a test in it, up to what differs from row to row. */
export type TestName = readonly [file: string, title: string];
export const CLIENTS = ['kubectl', 'helm', 'clientNode', 'clientGo', 'k9s', 'headlamp', 'browser'] as const;
export type Client = (typeof CLIENTS)[number];

export interface Feature extends Partial<Readonly<Record<Client, TestName>>> {
  readonly feature: string;
  /** The oldest kubectl that has it or that the test drives, where that is not every one. */
  readonly sinceKubectl?: number;
  /** The same of client-go. */
  readonly sinceClientGo?: string;
}

const verbs = (file: string, title: string): TestName => [`kubectl/verbs/${file}.test.ts`, title];
const kubectl = (file: string, title: string): TestName => [`kubectl/${file}.test.ts`, title];
const chart = (title: string): TestName => ['examples/chart.test.ts', title];
const node = (title: string): TestName => ['client-node.test.ts', title];
const streams = (title: string): TestName => ['client-node-streams.test.ts', title];
const informers = (title: string): TestName => ['client-node-informers.test.ts', title];
const operator = (title: string): TestName => ['examples/operator.test.ts', title];
const page = (title: string): TestName => ['examples/dashboard.test.ts', title];
/** Of both: the describe above the test says which. */
const go = (title: string): TestName => ['client-go.test.ts', title];
const headlamp = (title: string): TestName => ['headlamp.test.ts', title];

const PROTOBUF = go('creates, reads, lists, watches and deletes in protobuf');
const CONTROLLER = go('runs a controller: informer, queue, apply');
const BROWSES = go('browses by dynamic informers');
const WORKLOAD_VIEW = go('scales, restarts, pauses and changes images');
const NODE_VIEW = go('cordons, drains by eviction, uncordons');
const SIGNS_IN = headlamp('signs in: health, rules, access');
const PATCHES = headlamp('scales, restarts and patches');
const NODE_PAGE = headlamp('cordons and drains a node by its backend');

const READING: readonly Feature[] = [
  {
    feature: 'explain, schemas',
    ...{ kubectl: verbs('discovery', 'explain: fields, nested'), headlamp: headlamp('shows metrics, events and the') },
  },
  {
    feature: 'api-resources, api-versions',
    ...{ kubectl: verbs('discovery', 'api-resources: by group, verb, category'), k9s: go('starts: version, metrics') },
    headlamp: headlamp('discovers what can be listed'),
  },
  {
    feature: 'version, cluster-info, dump',
    ...{ kubectl: verbs('discovery', 'version, cluster-info and its dump'), headlamp: SIGNS_IN },
    k9s: go('starts: version, metrics'),
  },
  { feature: 'completion from the server', kubectl: verbs('discovery', 'completion: names of objects') },
  {
    feature: 'tables, wide, labels',
    ...{ kubectl: verbs('get', 'as a table: narrow, wide'), k9s: go('reads tables, with metadata') },
  },
  { feature: 'protobuf both ways', clientGo: PROTOBUF },
  { feature: 'JSON, YAML, paths, columns', kubectl: verbs('get', 'as JSON, YAML, names, paths') },
  { feature: 'sorting', kubectl: verbs('get', 'sorted by a field') },
  { feature: 'label and field selectors', kubectl: verbs('get', 'chosen by labels and fields') },
  {
    feature: 'lists in pages',
    ...{ kubectl: verbs('get', 'in pages, with nothing lost'), clientNode: node('lists the nodes, and pages through') },
  },
  {
    feature: 'watch',
    ...{ kubectl: verbs('get', '-w shows what is and what comes'), clientNode: node('follows pods with an informer') },
    ...{ clientGo: CONTROLLER, k9s: BROWSES, headlamp: headlamp('lists, and watches through its proxy') },
    browser: page('counts nodes and pods as they come and go'),
  },
  { feature: 'watch, first list streamed', sinceClientGo: '0.35', clientGo: CONTROLLER, k9s: BROWSES },
  { feature: 'watch, of one object', headlamp: headlamp('watches one object by its name') },
  { feature: 'watch, token as subprotocol', headlamp: headlamp('watches through its multiplexer') },
  { feature: 'watch, after a cut', clientNode: informers('go on where they were when the connection was cut') },
  {
    feature: 'watch, after a restart or 410',
    ...{ clientNode: informers('list again after a 410'), browser: page('finds the server again after a restart') },
  },
  { feature: 'raw paths, subresources', kubectl: verbs('get', 'subresources and raw paths') },
  { feature: 'describe of each kind', kubectl: verbs('run', 'describes ') },
  {
    feature: 'events',
    ...{ kubectl: verbs('observe', 'events: of one object'), browser: page('lists the newest events first') },
    clientNode: operator('says on the ConfigMap what is wrong with it'),
    ...{ clientGo: CONTROLLER, headlamp: headlamp('shows metrics, events and the schema') },
  },
  {
    feature: 'top',
    ...{ kubectl: verbs('observe', 'top: nodes and pods'), k9s: go('shows what nodes and pods use') },
    headlamp: headlamp('shows metrics, events and the schema'),
  },
];

const WRITING: readonly Feature[] = [
  { feature: 'create, every generator', kubectl: verbs('create', 'configmap: of literals, files') },
  {
    feature: 'create of manifests',
    kubectl: verbs('apply', 'create -f: whole lists'),
    clientNode: node('creates and'),
    ...{ clientGo: PROTOBUF, headlamp: headlamp('applies: a POST, a PUT where that conflicts') },
  },
  { feature: 'apply', kubectl: verbs('apply', 'apply -f: creates, configures') },
  {
    feature: 'apply --server-side',
    ...{ kubectl: kubectl('server-side-apply', 'creates, changes, and removes'), clientGo: CONTROLLER },
  },
  {
    feature: 'conflicts of owners, force',
    kubectl: kubectl('server-side-apply', 'tells of conflicts, and takes over'),
  },
  { feature: 'apply --prune', kubectl: verbs('apply', 'apply --prune: what has the label') },
  { feature: 'apply --applyset', kubectl: verbs('apply', 'apply --applyset: a set of objects') },
  { feature: 'kustomize', kubectl: verbs('apply', 'apply -k, diff -k, get -k, delete -k') },
  { feature: 'diff', kubectl: verbs('apply', 'diff: exits with 1 and shows') },
  { feature: 'replace, replace --force', kubectl: verbs('apply', 'replace: the whole object') },
  {
    feature: 'patch of every type',
    ...{ kubectl: verbs('change', 'patch: strategic, merge, JSON'), clientNode: streams('PatchStrategy: every kind') },
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
  { feature: 'label, annotate', kubectl: verbs('change', 'label: adds, keeps, overwrites') },
  {
    feature: 'set image, env, resources',
    ...{ kubectl: verbs('change', 'set: image, env, resources'), k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  { feature: 'set selector, subject', kubectl: verbs('change', 'set: selector of a service') },
  { feature: 'expose', kubectl: verbs('change', 'expose: a deployment, a service and a pod') },
  {
    feature: 'delete, all its ways',
    ...{ kubectl: verbs('delete', 'by name, by type and name'), headlamp: headlamp('deletes, with options') },
    k9s: go('deletes by every policy, and at once'),
  },
  {
    feature: 'cascades, owners',
    kubectl: verbs('delete', '--cascade: background takes the pods'),
    clientNode: operator('follows a ConfigMap from its create'),
    ...{ clientGo: CONTROLLER, k9s: go('deletes by every policy, and at once') },
    headlamp: headlamp('deletes, with options'),
  },
  {
    feature: 'grace, --force',
    ...{ kubectl: verbs('delete', 'waits for the pod to end'), k9s: go('deletes by every policy, and at once') },
    headlamp: headlamp('deletes, with options'),
  },
  {
    feature: 'errors in the words of Kubernetes',
    clientNode: node('answers errors'),
    helm: chart('tells what the server'),
    clientGo: PROTOBUF,
  },
];

const WORKLOADS: readonly Feature[] = [
  {
    feature: 'scale',
    ...{ kubectl: verbs('rollout', 'scale: only from what is'), clientNode: node('creates and scales a deployment') },
    browser: page('scales a pool, and shows what comes of it'),
    ...{ k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  { feature: 'autoscale', kubectl: verbs('rollout', 'autoscale: makes an autoscaler') },
  { feature: 'rollout history, undo', kubectl: verbs('rollout', 'history and undo: to the revision') },
  {
    feature: 'rollout pause, resume',
    ...{ kubectl: verbs('rollout', 'pause and resume: changes wait'), k9s: WORKLOAD_VIEW },
  },
  {
    feature: 'rollout restart, status',
    ...{ kubectl: verbs('rollout', 'restart: every pod anew'), k9s: WORKLOAD_VIEW, headlamp: PATCHES },
  },
  { feature: 'wait', kubectl: verbs('rollout', 'wait: for a condition, for a value') },
  { feature: 'wait --for=create', sinceKubectl: 31, kubectl: verbs('rollout', 'wait --for=create: until there') },
  { feature: 'jobs', kubectl: kubectl('jobs', 'run to completion, each pod counted once') },
  { feature: 'daemon sets', kubectl: kubectl('daemon-sets', 'have a pod on every node') },
  { feature: 'taint', kubectl: verbs('administration', 'taint: adds, refuses the second') },
  {
    feature: 'cordon, uncordon',
    ...{ kubectl: verbs('administration', 'cordon and uncordon: once'), k9s: NODE_VIEW, headlamp: NODE_PAGE },
  },
  {
    feature: 'drain',
    ...{ kubectl: verbs('administration', 'drain: needs leave for bare pods'), k9s: NODE_VIEW, headlamp: NODE_PAGE },
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

const INSIDE: readonly Feature[] = [
  { feature: 'run, --rm -i', kubectl: verbs('run', 'run: with a command, environment') },
  {
    feature: 'exec',
    ...{
      kubectl: kubectl('streaming', 'runs commands, and tells outputs'),
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
    ...{ kubectl: kubectl('streaming', 'copies a folder and bytes there'), clientNode: streams('Cp: a folder there') },
  },
  {
    feature: 'port-forward',
    kubectl: kubectl('streaming', 'forwards a port to what the pod answers'),
    clientNode: streams('PortForward: bytes both ways'),
    k9s: go('forwards ports: within a WebSocket'),
  },
  {
    feature: 'debug',
    kubectl: kubectl('debug', 'runs a command in a container beside'),
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

const ACCESS: readonly Feature[] = [
  {
    feature: 'auth can-i, whoami, reconcile',
    ...{ kubectl: verbs('administration', 'auth: can-i, --list, whoami'), k9s: go('starts: version, metrics') },
    ...{ clientGo: PROTOBUF, headlamp: SIGNS_IN },
  },
  { feature: 'create token', kubectl: verbs('create', 'token: for a while, for an audience') },
  { feature: 'certificate approve, deny', kubectl: verbs('administration', 'certificate: approves one') },
  { feature: 'client certificates', kubectl: kubectl('certificates', 'are signed once they are approved') },
  { feature: 'typed client, live stream', browser: ['client-package.test.ts', 'runs the example, bundled'] },
];

export const FEATURES: readonly Feature[] = [...READING, ...WRITING, ...WORKLOADS, ...INSIDE, ...ACCESS];
export const pathOf = ([file]: TestName): string => E2E + file;
