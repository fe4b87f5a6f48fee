/** Which events wake which pods: whom an event cannot help must sleep on. */
import { describe, expect, test } from 'vitest';
import { type NodeShape, type PodShape, SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { demandOf } from '../demand/demand.ts';
import { PLUGINS } from '../plugins/index.ts';
import type { ClusterEvent } from './cluster-event.ts';

const ZONE = 'topology.kubernetes.io/zone';
const fleet = new SchedulerWorld();
const node = (after: NodeShape, before?: NodeShape): ClusterEvent => ({
  kind: 'node',
  before: before && fleet.node('n', before),
  node: fleet.node('n', after),
});
const gone = (shape: PodShape): ClusterEvent => ({ kind: 'pod-gone', pod: fleet.newPod('other', shape) });
const came = (after: PodShape, before?: PodShape): ClusterEvent => ({
  kind: 'pod',
  before: before && fleet.newPod('other', before),
  pod: fleet.newPod('other', after),
});
const requiring = (kind: string, app: string) => {
  const term = { labelSelector: { matchLabels: { app } }, topologyKey: ZONE };
  return { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
};
const app = (name: string) => ({ labels: { app: name } });
const cpus = (cpu: string) => ({ allocatable: { cpu, memory: '1Gi', pods: '10' } });
const taint = { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } };
const port = { spec: { containers: [{ name: 'c', ports: [{ hostPort: 80 }] }] } };
const spread = {
  ...app('web'),
  spec: {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: ZONE,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
  },
};

const claiming = (claimName: string) => ({
  spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] },
});

const disk = (volumeID: string) => ({ spec: { volumes: [{ name: 'v', awsElasticBlockStore: { volumeID } }] } });

describe.each<[string, PodShape, [string, ClusterEvent, boolean][]]>([
  [
    'VolumeRestrictions',
    claiming('data'),
    [
      ['who had the claim goes', gone({ spec: { ...claiming('data').spec, nodeName: 'n' } }), true],
      ['who had another claim goes', gone({ spec: { ...claiming('other').spec, nodeName: 'n' } }), false],
      ['who had one of that name elsewhere goes', gone({ ...claiming('data'), namespace: 'x' }), false],
      ['the claim changes', { kind: 'storage', claim: 'default/data' }, true],
      ['another claim changes', { kind: 'storage', claim: 'default/other' }, false],
      ['a node comes', node({}), false],
    ],
  ],
  [
    'VolumeRestrictions',
    disk('a'),
    [
      ['who had the disk goes', gone(disk('a')), true],
      ['who had another disk goes', gone(disk('b')), false],
      ['a node comes', node({}), true],
      ['a node grows', node(cpus('8'), cpus('4')), false],
    ],
  ],
  [
    'NodeVolumeLimits',
    claiming('data'),
    [
      ['a node may have more volumes', { kind: 'volume-limits' }, true],
      ['who had a claim goes', gone({ spec: { ...claiming('other').spec, nodeName: 'n' } }), true],
      ['who had none goes', gone({ spec: { nodeName: 'n' } }), false],
      ['the claim changes', { kind: 'storage', claim: 'default/data' }, true],
      ['another claim changes', { kind: 'storage', claim: 'default/other' }, false],
      ['a node comes', node({}), true],
    ],
  ],
  [
    'VolumeZone',
    claiming('data'),
    [
      ['a node comes', node({}), true],
      ['a node moves', node({ labels: { [ZONE]: 'a' } }, {}), true],
      ['a node grows', node(cpus('8'), cpus('4')), false],
      ['a volume changes', { kind: 'storage', claim: undefined }, true],
      ['another claim changes', { kind: 'storage', claim: 'default/other' }, false],
      ['a pod goes', gone({}), false],
    ],
  ],
  [
    'NodeUnschedulable',
    {},
    [
      ['a node comes', node({}), true],
      ['a cordoned node comes', node({ spec: { unschedulable: true } }), false],
      ['a node is uncordoned', node({}, { spec: { unschedulable: true } }), true],
      ['a node grows', node(cpus('8'), cpus('4')), false],
    ],
  ],
  [
    'TaintToleration',
    {},
    [
      ['a taint goes', node({}, taint), true],
      ['a tainted node comes', node(taint), false],
      ['a pod goes', gone({}), false],
    ],
  ],
  [
    'NodeAffinity',
    { spec: { nodeSelector: { disk: 'ssd' } } },
    [
      ['a node gets the label', node({ labels: { disk: 'ssd' } }, {}), true],
      ['another label', node({ labels: { disk: 'hdd' } }, {}), false],
      ['it had it before', node({ labels: { disk: 'ssd', x: 'y' } }, { labels: { disk: 'ssd' } }), false],
    ],
  ],
  [
    'NodePorts',
    port,
    [
      ['who held the port goes', gone(port), true],
      ['another goes', gone({}), false],
      ['a node comes', node({}), true],
      ['a node grows', node(cpus('8'), cpus('4')), false],
    ],
  ],
  [
    'NodeResourcesFit',
    { cpu: '4' },
    [
      ['a pod goes', gone({}), true],
      ['a pod comes', came({}), false],
      ['a pod shrinks', came({ cpu: '1' }, { cpu: '2' }), true],
      ['a large node comes', node(cpus('4')), true],
      ['a small node comes', node(cpus('2')), false],
      ['a node grows', node(cpus('8'), cpus('6')), true],
      ['a node grows too little', node(cpus('3'), cpus('2')), false],
      ['a node shrinks', node(cpus('4'), cpus('8')), false],
    ],
  ],
  [
    'PodTopologySpread',
    spread,
    [
      ['one of the like comes', came(app('web')), true],
      ['another comes', came(app('db')), false],
      ['one of another namespace comes', came({ ...app('web'), namespace: 'other' }), false],
      ['one is no longer like it', came(app('db'), app('web')), true],
      ['one of the like goes', gone(app('web')), true],
      ['a domain comes', node({ labels: { [ZONE]: 'a' } }), true],
      ['a node without a domain comes', node({}), false],
      ['a node of a domain grows', node({ labels: { [ZONE]: 'a' }, ...cpus('8') }, { labels: { [ZONE]: 'a' } }), false],
      ['a domain goes', { kind: 'node-gone', node: fleet.node('n', { labels: { [ZONE]: 'a' } }) }, true],
    ],
  ],
  [
    'InterPodAffinity',
    { spec: requiring('podAffinity', 'db') },
    [
      ['one that it wants comes', came(app('db')), true],
      ['another comes', came(app('web')), false],
      ['one becomes what it wants', came(app('db'), app('web')), true],
      ['another goes', gone(app('web')), false],
      ['a node moves', node({ labels: { [ZONE]: 'a' } }, {}), true],
      ['a node grows', node(cpus('8'), cpus('4')), false],
    ],
  ],
  [
    'InterPodAffinity',
    { ...app('web'), spec: requiring('podAntiAffinity', 'db') },
    [
      ['one that it avoids goes', gone(app('db')), true],
      ['one that avoids it goes', gone({ spec: requiring('podAntiAffinity', 'web') }), true],
      ['another goes', gone(app('x')), false],
      ['one is no longer what it avoids', came(app('x'), app('db')), true],
      ['one that it avoids comes', came(app('db')), false],
    ],
  ],
])('%s, for a pod like %j', (name, shape, events) => {
  const plugin = PLUGINS.find((each) => each.name === name);
  test.each(events)('when %s', (_, event, helps) => {
    expect(plugin?.helps?.(event, demandOf(fleet.newPod('p', shape)), fleet.world)).toBe(helps);
  });
});
