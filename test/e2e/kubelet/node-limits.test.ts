/** What a node of others may not do: what is not its own, and what others decide on. */
import { beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle } from '../../support/fleet.ts';
import { LEASES, lease, node, ready, refused, useJoiningNode } from '../../support/joining-node.ts';

const NODE = 'rack-5';

describe.skipIf(missing !== undefined)(modeTitle('nodes of others that have joined'), () => {
  const { joined, pod, pods } = useJoiningNode(NODE, 'limited', 'limits');
  beforeAll(async () => {
    expect((await joined().kubelet.send('POST', '/api/v1/nodes', node(NODE))).status).toBe(201);
  });

  it('may not touch what is not theirs', async () => {
    const { admin, kubelet, aNodeOfOurs } = joined();
    const they = `User "system:node:${NODE}" cannot`;
    const theirs = `/api/v1/nodes/${aNodeOfOurs}`;
    expect(await refused(kubelet, 'POST', '/api/v1/nodes', node('rack-2'))).toBe(
      `nodes "rack-2" is forbidden: node "${NODE}" is not allowed to modify node "rack-2"`,
    );
    expect(await refused(kubelet, 'PATCH', `${theirs}/status`, { status: { conditions: [ready('False')] } })).toBe(
      `nodes "${aNodeOfOurs}" is forbidden: node "${NODE}" is not allowed to modify node "${aNodeOfOurs}"`,
    );
    expect(await refused(kubelet, 'GET', theirs)).toBe(
      `nodes "${aNodeOfOurs}" is forbidden: ${they} get resource "nodes" in API group "" at the cluster scope: node '${NODE}' cannot read '${aNodeOfOurs}', only its own Node object`,
    );
    expect(await refused(kubelet, 'GET', '/api/v1/nodes')).toContain('cannot read all nodes, only its own Node object');
    expect(await refused(kubelet, 'DELETE', `/api/v1/nodes/${NODE}`)).toBe(
      `nodes "${NODE}" is forbidden: ${they} delete resource "nodes" in API group "" at the cluster scope`,
    );
    expect(await refused(kubelet, 'POST', LEASES, lease(aNodeOfOurs))).toBe(
      `leases.coordination.k8s.io "${aNodeOfOurs}" is forbidden: can only access node lease with the same name as the requesting node`,
    );
    expect(await refused(kubelet, 'GET', `${LEASES}/${aNodeOfOurs}`)).toContain(
      ': can only access node lease with the same name as the requesting node',
    );
    expect(await refused(kubelet, 'GET', '/api/v1/pods')).toContain(
      ': can only list/watch pods with spec.nodeName field selector',
    );
    expect((await admin.send('POST', pods, pod('elsewhere', aNodeOfOurs))).status).toBe(201);
    expect(await refused(kubelet, 'DELETE', `${pods}/elsewhere`)).toBe(
      `pods "elsewhere" is forbidden: node "${NODE}" can only delete pods with spec.nodeName set to itself`,
    );
    expect(await refused(kubelet, 'PATCH', `${pods}/elsewhere/status`, { status: { phase: 'Failed' } })).toBe(
      `pods "elsewhere" is forbidden: node "${NODE}" can only update pod status for pods with spec.nodeName set to itself`,
    );
    expect(
      await refused(kubelet, 'POST', `${pods}/elsewhere/eviction`, {
        ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'elsewhere' } },
      }),
    ).toBe(`pods "elsewhere" is forbidden: node ${NODE} can only evict pods with spec.nodeName set to itself`);
    expect(await refused(kubelet, 'POST', pods, pod('new', NODE))).toBe(
      `pods "new" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "${NODE}" can only create mirror pods`,
    );
  });

  it('may not give themselves labels and taints that others decide on', async () => {
    const { kubelet } = joined();
    const own = `/api/v1/nodes/${NODE}`;
    const labels = (name: string) => ({ metadata: { labels: { [name]: 'x' } } });
    expect(await refused(kubelet, 'PATCH', own, labels('node-restriction.kubernetes.io/rack'))).toBe(
      `nodes "${NODE}" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/rack`,
    );
    expect(await refused(kubelet, 'PATCH', own, labels('node-role.kubernetes.io/master'))).toContain(
      'is not allowed to modify labels: node-role.kubernetes.io/master',
    );
    expect(await refused(kubelet, 'PATCH', own, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } })).toBe(
      `nodes "${NODE}" is forbidden: node "${NODE}" is not allowed to modify taints`,
    );
    expect((await kubelet.send('PATCH', own, labels('node.kubernetes.io/rack'))).status).toBe(200);
    expect((await kubelet.send('PATCH', own, labels('rack'))).status).toBe(200);
  });
});
