import { describe, expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import type { PluginArgs, SchedulerProfile } from '../../../values/scheduler-profile.ts';

const asking = (cpu: string, memory: string) => ({
  spec: { containers: [{ name: 'c', resources: { requests: { cpu, memory } } }] },
});
const only = (name: string, weight?: number): SchedulerProfile['plugins'] => ({
  score: { enabled: [{ name, ...(weight === undefined ? {} : { weight }) }], disabled: ['*'] },
});
/** Points of one plugin for nodes of 4 cpus and 16Gi, half and not used. */
function fitPoints(pluginConfig: PluginArgs, plugins = only('NodeResourcesFit')): number[] {
  const fleet = new SchedulerWorld({ plugins, pluginConfig });
  fleet.node('half');
  fleet.node('empty');
  fleet.pod('running', 'half', asking('2', '8Gi'));
  return fleet.points(fleet.newPod('p', asking('1', '4Gi')), 'half', 'empty');
}
const strategy = (
  type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio',
  shape?: object[],
): PluginArgs => ({
  NodeResourcesFit: {
    scoringStrategy: {
      type,
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 1 },
      ],
      ...(shape === undefined ? {} : { requestedToCapacityRatio: { shape: shape as never } }),
    },
  },
});

describe('a profile', () => {
  test.each<[string, PluginArgs, number[]]>([
    ['fills empty nodes', strategy('LeastAllocated'), [25, 75]],
    ['packs', strategy('MostAllocated'), [75, 25]],
    [
      'follows a shape',
      strategy('RequestedToCapacityRatio', [
        { utilization: 0, score: 0 },
        { utilization: 50, score: 10 },
        { utilization: 100, score: 4 },
      ]),
      [70, 50],
    ],
  ])('%s', (_, config, points) => {
    expect(fitPoints(config)).toEqual(points);
  });

  test('weighs plugins, and leaves out those that it does not name', () => {
    expect(fitPoints({}, only('NodeResourcesFit', 7))).toEqual([25 * 7, 75 * 7]);
    expect(fitPoints({}, { multiPoint: { enabled: [], disabled: ['*'] } })).toEqual([0, 0]);
    const more = { multiPoint: { enabled: [{ name: 'NodeResourcesFit', weight: 3 }], disabled: ['*'] } };
    expect(fitPoints({}, more)).toEqual([75, 225]);
  });

  test('refuses by the plugins that it has', () => {
    const plugins = { filter: { enabled: [], disabled: ['NodeResourcesFit'] } };
    const fleet = new SchedulerWorld({ plugins });
    fleet.node('n', { labels: { disk: 'hdd' } });
    expect(fleet.refusal(fleet.newPod('p', { cpu: '64' }), 'n')).toBeUndefined();
    expect(fleet.refusal(fleet.newPod('q', { spec: { nodeSelector: { disk: 'ssd' } } }), 'n')).toBeDefined();
  });

  test('does not count resources that it ignores', () => {
    const fleet = new SchedulerWorld({ pluginConfig: { NodeResourcesFit: { ignoredResources: ['example.com/x'] } } });
    fleet.node('n');
    const spec = { containers: [{ name: 'c', resources: { requests: { 'example.com/x': '1' } } }] };
    expect(fleet.refusal(fleet.newPod('p', { spec }), 'n')).toBeUndefined();
  });

  test('spreads by constraints of its own, also strictly', () => {
    const defaultConstraints = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }];
    const fleet = new SchedulerWorld({
      pluginConfig: { PodTopologySpread: { defaultingType: 'List', defaultConstraints } },
    });
    const web = { labels: { app: 'web' } };
    fleet.other('services', 'default/web', {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' } },
      spec: { selector: { app: 'web' } },
    });
    fleet.node('a', { labels: { zone: 'a' } });
    fleet.node('b', { labels: { zone: 'b' } });
    fleet.pod('one', 'a', web);
    expect(fleet.feasible(fleet.newPod('p', web))).toEqual(['b']);
    expect(fleet.feasible(fleet.newPod('q', { labels: { app: 'x' } }))).toEqual(['a', 'b']);
  });

  test('hears running pods as it says', () => {
    const points = (pluginConfig: PluginArgs): number[] => {
      const fleet = new SchedulerWorld({ plugins: only('InterPodAffinity', 1), pluginConfig });
      const term = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: 'host' });
      for (const host of ['a', 'b', 'c']) {
        fleet.node(host, { labels: { host } });
      }
      const preferred = [{ weight: 10, podAffinityTerm: term('web') }];
      const affinity = { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } };
      fleet.pod('fan', 'a', { spec: { affinity } });
      const required = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('web')] } };
      fleet.pod('needs', 'b', { spec: { affinity: required } });
      return fleet.points(fleet.newPod('p', { labels: { app: 'web' } }), 'a', 'b', 'c');
    };
    expect(points({})).toEqual([100, 10, 0]);
    expect(points({ InterPodAffinity: { hardPodAffinityWeight: 20 } })).toEqual([50, 100, 0]);
    expect(points({ InterPodAffinity: { ignorePreferredTermsOfExistingPods: true } })).toEqual([0, 0, 0]);
  });

  test('looks at as many nodes as it says', () => {
    const most = (percentageOfNodesToScore?: number): number => {
      const fleet = new SchedulerWorld(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore });
      for (let index = 0; index < 1_000; index += 1) {
        fleet.node(`n${index}`, index === 999 ? {} : { allocatable: { cpu: '2', memory: '8Gi', pods: '9' } });
      }
      // The emptiest node is the last one: whoever stops before it does not find it.
      return fleet.select(fleet.newPod('p', { cpu: '1' })) === 'n999' ? 1_000 : 0;
    };
    expect([most(), most(100)]).toEqual([0, 1_000]);
  });
});
