import { describe, expect, it } from 'vitest';
import { kubeletShard } from '../queue/shards.ts';
import type { Node } from './node.ts';
import type { Pod } from './pod.ts';
import { kubeletTriggers } from './triggers.ts';

const triggers = kubeletTriggers(8);
const dueOn = (resource: string, before?: unknown, after?: unknown) =>
  triggers
    .filter((trigger) => trigger.resource === resource)
    .flatMap((trigger) =>
      trigger.dueOn({ ...(before ? { before: before as Pod } : {}), ...(after ? { after: after as Pod } : {}) }),
    );

const pod = (change: (pod: Pod) => void = () => undefined): Pod => {
  const made: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'ns', uid: 'u', generation: 1 },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Pending' },
  };
  change(made);
  return made;
};
const node = (change: (node: Node) => void = () => undefined): Node => {
  const annotations = { 'fleet.flotilla.dev/runtime': 'simulated' };
  const made: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'u', annotations }, spec: {} };
  change(made);
  return made;
};
const POD = [{ shard: kubeletShard('n1', 8), key: 'pod/ns/p/u' }];
const NODE = [{ shard: kubeletShard('n1', 8), key: 'node/n1' }];

describe('pods', () => {
  const unbound = pod(({ spec }) => {
    delete spec.nodeName;
  });
  it('are due when bound, changed, deleted or gone', () => {
    expect(dueOn('pods', undefined, pod())).toEqual(POD);
    expect(dueOn('pods', unbound, pod())).toEqual(POD);
    expect(
      dueOn(
        'pods',
        pod(),
        pod((p) => (p.spec.containers = [{ name: 'c', image: 'other' }])),
      ),
    ).toEqual(POD);
    expect(
      dueOn(
        'pods',
        pod(),
        pod((p) => (p.metadata.deletionTimestamp = 'now')),
      ),
    ).toEqual(POD);
    expect(
      dueOn(
        'pods',
        pod(),
        pod((p) => (p.metadata.annotations = { a: 'b' })),
      ),
    ).toEqual(POD);
    expect(dueOn('pods', pod())).toEqual(POD);
  });
  it('are due when a readiness gate changes, and for no other status', () => {
    const gated = (status: string) =>
      pod((p) => {
        p.spec.readinessGates = [{ conditionType: 'up' }];
        p.status = { conditions: [{ type: 'up', status }] };
      });
    expect(dueOn('pods', gated('False'), gated('True'))).toEqual(POD);
    expect(
      dueOn(
        'pods',
        pod(),
        pod((p) => (p.status = { phase: 'Running' })),
      ),
    ).toEqual([]);
    const first = [{ type: 'PodScheduled', status: 'True' }];
    expect(
      dueOn(
        'pods',
        pod(),
        pod(({ status }) => Object.assign(status ?? {}, { conditions: first })),
      ),
    ).toEqual([]);
  });
  it('are due for a stage that is to be done again, not for those that the kubelet notes on them', () => {
    const noted = (more: Record<string, string>) =>
      pod((p) => (p.metadata.annotations = { 'fleet.flotilla.dev/stages': 'p/s', ...more }));
    expect(dueOn('pods', pod(), noted({}))).toEqual([]);
    expect(dueOn('pods', noted({}), pod())).toEqual(POD);
    expect(dueOn('pods', noted({ a: 'b' }), noted({ a: 'c' }))).toEqual(POD);
  });
  it('are no business of a kubelet before they are bound', () => {
    expect(dueOn('pods', undefined, unbound)).toEqual([]);
    expect(dueOn('pods', unbound)).toEqual([]);
  });
});

describe('nodes', () => {
  it('are due when made, changed, given up or gone', () => {
    expect(dueOn('nodes', undefined, node())).toEqual(NODE);
    expect(dueOn('nodes', node())).toEqual(NODE);
    expect(
      dueOn(
        'nodes',
        node(),
        node((n) => (n.metadata.labels = { a: 'b' })),
      ),
    ).toEqual(NODE);
    expect(
      dueOn(
        'nodes',
        node(),
        node((n) => (n.spec = { unschedulable: true })),
      ),
    ).toEqual(NODE);
    const ready = (status: string) => node((n) => (n.status = { conditions: [{ type: 'Ready', status }] }));
    expect(dueOn('nodes', ready('True'), ready('Unknown'))).toEqual(NODE);
    expect(dueOn('nodes', ready('Unknown'), ready('True'))).toEqual([]);
  });
  it('of others are left alone', () => {
    const foreign = (labels: Record<string, string>) => ({ metadata: { name: 'f', uid: 'u', labels }, spec: {} });
    expect(dueOn('nodes', foreign({}), foreign({ a: 'b' }))).toEqual([]);
  });
});
