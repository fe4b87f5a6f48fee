import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { definition, completed, refusals, updateRefusals, row } = kindFixture('Service');
const uid = '11111111-2222-3333-4444-555555555555';
const metadata = { name: 'web', namespace: 'shop', uid };
/** A copy of its own: hooks change what they get. */
const service = (spec: object) =>
  structuredClone({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }], ...spec } });
const spec = (given: object) => completed(service(given)).spec;
/** With what the cluster gives it. */
async function given(wanted: object) {
  const object = completed(service(wanted));
  expect(await definition.allocation?.settle(object, async () => new Set())).toEqual([]);
  return object.spec as { clusterIP: string; ports: { nodePort: number }[]; healthCheckNodePort: number };
}

/** As the registry updates: hooks in order, over what is stored. */
function updated(given: object, old: object) {
  const object = service(given);
  definition.prepareForUpdate?.(object, completed(service(old)), { now: 0 });
  return completed(object).spec as Record<string, never>;
}
const changeRefusals = (given: object, old: object): string[] => {
  const stored = completed(service(old));
  const object = service(given);
  definition.prepareForUpdate?.(object, stored, { now: 0 });
  return [...refusals(object), ...updateRefusals(object, stored)];
};

describe('Service defaults', () => {
  it('has an address of its own, the same from every replica', async () => {
    expect(await given({})).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      clusterIP: expect.stringMatching(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/),
      clusterIPs: [expect.any(String)],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    expect(await given({})).toEqual(await given({}));
  });

  it.each([
    [{ type: 'NodePort' }, { externalTrafficPolicy: 'Cluster' }],
    [{ type: 'LoadBalancer' }, { allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Cluster' }],
    [{ externalIPs: ['1.2.3.4'] }, { externalTrafficPolicy: 'Cluster' }],
    [{ sessionAffinity: 'ClientIP' }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }],
    [
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: {} } },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
    ],
  ])('%j', (given, expected) => {
    expect(spec(given)).toMatchObject(expected);
    expect(refusals(service(given))).toEqual([]);
  });

  it.each([
    [{ clusterIP: 'None' }, { clusterIPs: ['None'], ipFamilyPolicy: 'RequireDualStack' }],
    [{ clusterIP: '10.96.1.2' }, { clusterIPs: ['10.96.1.2'], ipFamilies: ['IPv4'] }],
    [{ ipFamilyPolicy: 'PreferDualStack' }, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' }],
  ])('follows from %j once it is noted who owns what', async (wanted, expected) => {
    expect(Object.keys(spec(wanted) as object)).not.toContain('clusterIPs');
    expect(await given(wanted)).toMatchObject(expected);
  });

  it('has no affinity settings without affinity, and no address by another name', () => {
    expect(spec({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } })).not.toHaveProperty(
      'sessionAffinityConfig',
    );
    const external = spec({ type: 'ExternalName', externalName: 'a.example' });
    for (const field of ['clusterIP', 'ipFamilies', 'internalTrafficPolicy']) {
      expect(external).not.toHaveProperty(field);
    }
  });

  it('gives each port a node port, none twice, but the same to all protocols of a port', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ name: `p${index}`, port: index + 1 }));
    const twice = [...many, { name: 'udp', port: 1, protocol: 'UDP' }];
    const { ports, healthCheckNodePort } = await given({
      ...{ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: twice },
    });
    const nodePorts = [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort];
    expect(new Set(nodePorts).size).toBe(201);
    expect(nodePorts[200]).toBe(nodePorts[0]);
    expect(Math.min(...nodePorts)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...nodePorts)).toBeLessThanOrEqual(32_767);
  });
});

describe('Service updates', () => {
  it('keeps what it was given, of clients that leave it out', async () => {
    const old = await given({ type: 'NodePort' });
    expect(updated({ type: 'NodePort' }, old)).toEqual(old);
    const renamed = updated({ type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30_123 }] }, old);
    expect(renamed).toMatchObject({ clusterIP: old.clusterIP, ports: [{ nodePort: 30_123 }] });
  });

  it.each(['ClusterIP', 'ExternalName'])('drops what %s has no use for', async (type) => {
    const old = await given({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    const next = { ...old, type, ...(type === 'ExternalName' ? { externalName: 'a.example' } : {}) };
    expect(changeRefusals(next, old)).toEqual([]);
    const after = updated(next, old);
    for (const field of ['externalTrafficPolicy', 'healthCheckNodePort', 'allocateLoadBalancerNodePorts']) {
      expect(after).not.toHaveProperty(field);
    }
    expect('clusterIP' in after).toBe(type === 'ClusterIP');
    expect(after['ports']).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
  });

  it('never changes its address or class', async () => {
    const old = await given({ type: 'LoadBalancer', loadBalancerClass: 'a/b', clusterIP: '10.96.1.2' });
    expect(changeRefusals({ ...old, clusterIP: '10.96.1.3' }, old)).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.1.3"]: may not change once set',
    ]);
    expect(changeRefusals({ ...old, loadBalancerClass: 'a/c' }, old)).toEqual([
      'spec.loadBalancerClass: Invalid value: "a/c": may not change once set',
    ]);
  });
});

describe('Service table', () => {
  it.each([
    [{ clusterIP: '10.96.1.2' }, ['ClusterIP', '10.96.1.2', '<none>', '80/TCP']],
    [{ clusterIP: 'None', ports: [] }, ['ClusterIP', 'None', '<none>', '<none>']],
    [
      { type: 'LoadBalancer', clusterIP: '10.96.1.2', ports: [{ port: 80, nodePort: 30_001 }] },
      ['LoadBalancer', '10.96.1.2', '<pending>', '80:30001/TCP'],
    ],
    [{ type: 'ExternalName', externalName: 'a.example', ports: [] }, ['ExternalName', '<none>', 'a.example', '<none>']],
  ])('%j', (given, [type, address, external, shown]) => {
    expect(row(service({ ...given, selector: { b: '2', a: '1' } }))).toEqual({
      ...{ Name: 'web', Type: type, 'Cluster-IP': address, 'External-IP': external, 'Port(s)': shown },
      ...{ Age: '<unknown>', Selector: 'a=1,b=2' },
    });
  });
});
