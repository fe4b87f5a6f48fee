/** The tests that rows name: by the file they are in, and those that several rows name. */
import type { TestName } from './feature.ts';

export const verbs = (file: string, title: string): TestName => [`kubectl/verbs/${file}.test.ts`, title];
export const kubectl = (file: string, title: string): TestName => [`kubectl/${file}.test.ts`, title];
/** Of each other version that is supported: a day's work. */
export const other = (title: string): TestName => ['kubectl/versions.test.ts', title];
export const chart = (title: string): TestName => ['examples/chart.test.ts', title];
export const node = (title: string): TestName => ['client-node.test.ts', title];
export const streams = (title: string): TestName => ['client-node-streams.test.ts', title];
export const informers = (title: string): TestName => ['client-node-informers.test.ts', title];
export const operator = (title: string): TestName => ['examples/operator.test.ts', title];
export const page = (title: string): TestName => ['examples/dashboard.test.ts', title];
/** Of both: the describe above the test says which. */
export const go = (title: string): TestName => ['client-go.test.ts', title];
export const headlamp = (title: string): TestName => ['headlamp.test.ts', title];

export const DEPLOYS = other('deploys, rolls over, goes back');
export const APPLIES = other('applies from a client and from the server');
export const INSIDE_A_POD = other('watches, describes, and works inside a pod');
export const ASKS = other('asks who it is and what it may');
export const MAINTAINS = other('drains, patches, debugs, forwards');

export const PROTOBUF = go('creates, reads, lists, watches and deletes in protobuf');
export const CONTROLLER = go('runs a controller: informer, queue, apply');
export const BROWSES = go('browses by dynamic informers');
export const WORKLOAD_VIEW = go('scales, restarts, pauses and changes images');
export const NODE_VIEW = go('cordons, drains by eviction, uncordons');
export const SIGNS_IN = headlamp('signs in: health, rules, access');
export const PATCHES = headlamp('scales, restarts and patches');
export const NODE_PAGE = headlamp('cordons and drains a node by its backend');
