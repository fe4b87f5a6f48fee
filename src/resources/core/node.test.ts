import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { definition, completed, refusals, updateRefusals, row } = kindFixture('Node');

describe('Node', () => {
  it('completes podCIDRs and allocatable', () => {
    expect(completed({ spec: { podCIDR: '10.0.0.0/24' } }).spec).toMatchObject({ podCIDRs: ['10.0.0.0/24'] });
    expect(completed({ spec: { podCIDRs: ['10.0.0.0/24'] } }).spec).toMatchObject({ podCIDR: '10.0.0.0/24' });
    expect(completed({ status: { capacity: { cpu: 4 } } }).status).toEqual({
      capacity: { cpu: '4' },
      allocatable: { cpu: '4' },
    });
  });

  it('leaves out what is empty: the last taint taken away, an uncordon', () => {
    expect(completed({ spec: { taints: [], unschedulable: false, podCIDRs: [] } }).spec).toEqual({});
  });

  it('refuses taints that are wrong or there twice', () => {
    const taints = [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', effect: 'NoSchedule', value: '!' }, { key: 'b' }];
    expect(refusals({ spec: { taints: [...taints, { key: 'c', effect: 'Never' }] } })).toEqual([
      expect.stringMatching(/^metadata\.taints\[1\]\.value: Invalid value: "!": a valid label/),
      'metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule","value":"!"}: ' +
        'taints must be unique by key and effect pair',
      'metadata.taints[2].effect: Required value',
      'metadata.taints[3].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]);
  });

  it('refuses impossible amounts and CIDRs', () => {
    expect(refusals({ status: { capacity: { cpu: '-1', pods: '1.5' }, allocatable: {} } })).toEqual([
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
    ]);
    expect(refusals({ spec: { podCIDRs: ['10.0.0.0/24', 'fd00::/64'] } })).toEqual([]);
    expect(refusals({ spec: { podCIDRs: ['10.0.0.0/24', '10.0.0.0/33'] } })).toHaveLength(2);
  });

  it('keeps podCIDR and providerID once set', () => {
    const old = { spec: { podCIDR: '10.0.0.0/24', providerID: 'a' } };
    expect(updateRefusals(old, { spec: {} })).toEqual([]);
    expect(updateRefusals({ spec: { podCIDR: '10.0.1.0/24' } }, old)).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]);
  });

  it('refuses an address twice', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    expect(updateRefusals({ status: { addresses: [address, address] } }, {})).toEqual([
      'status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"10.0.0.1"}',
    ]);
  });

  it('selects by whether it is cordoned', () => {
    expect(definition.fields(completed({}))).toEqual({ 'spec.unschedulable': 'false' });
    expect(definition.fields(completed({ spec: { unschedulable: true } }))).toEqual({ 'spec.unschedulable': 'true' });
  });

  it('shows what kubectl get nodes -o wide shows', () => {
    const labels = { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/edge': 'true' };
    const status = {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: { kubeletVersion: 'v1.34.0', osImage: 'Flotilla' },
    };
    const metadata = { name: 'n1', creationTimestamp: '2026-01-02T02:04:00Z', labels };
    expect(row({ metadata, spec: { unschedulable: true }, status })).toEqual({
      Name: 'n1',
      Status: 'Ready,SchedulingDisabled',
      Roles: 'edge,worker',
      Age: '60m',
      Version: 'v1.34.0',
      'Internal-IP': '10.0.0.1',
      'External-IP': '<none>',
      'OS-Image': 'Flotilla',
      'Kernel-Version': '<unknown>',
      'Container-Runtime': '<unknown>',
    });
    expect(row({ metadata: { name: 'n1' } })).toMatchObject({ Status: 'Unknown', Roles: '<none>' });
    const unready = { conditions: [{ type: 'Ready', status: 'Unknown' }] };
    expect(row({ metadata: { name: 'n1' }, status: unready })).toMatchObject({ Status: 'NotReady' });
  });
});
