import { describe, expect, test } from 'vitest';
import { schedulerProfiles } from './scheduler-profiles.ts';

const fitting = (args: object) => [{ schedulerName: 'a', pluginConfig: [{ name: 'NodeResourcesFit', args }] }];

describe('profiles', () => {
  test('are taken as KubeSchedulerConfiguration has them, from a list or JSON text', () => {
    const raw = [
      { schedulerName: 'default-scheduler' },
      {
        schedulerName: 'packer',
        percentageOfNodesToScore: 100,
        plugins: {
          score: { enabled: [{ name: 'NodeResourcesFit', weight: 5 }], disabled: [{ name: '*' }] },
          postFilter: { disabled: [{ name: 'DefaultPreemption' }] },
        },
        pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }],
      },
    ];
    const resources = [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ];
    const expected = [
      { schedulerName: 'default-scheduler', plugins: {}, pluginConfig: {} },
      {
        schedulerName: 'packer',
        percentageOfNodesToScore: 100,
        plugins: {
          score: { enabled: [{ name: 'NodeResourcesFit', weight: 5 }], disabled: ['*'] },
          postFilter: { enabled: [], disabled: ['DefaultPreemption'] },
        },
        pluginConfig: { NodeResourcesFit: { scoringStrategy: { type: 'MostAllocated', resources } } },
      },
    ];
    expect(schedulerProfiles.parse(raw)).toEqual(expected);
    expect(schedulerProfiles.parse(JSON.stringify(raw))).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['no list', {}],
    ['no profile', []],
    ['no JSON', '[{'],
    ['two of one name', [{ schedulerName: 'a' }, { schedulerName: 'a' }]],
    ['an empty name', [{ schedulerName: '' }]],
    ['an unknown field', [{ schedulerName: 'a', bogus: 1 }]],
    ['an unknown extension point', [{ plugins: { permit: {} } }]],
    ['an unknown plugin', [{ plugins: { score: { enabled: [{ name: 'Mine' }] } } }]],
    ['a weight that is none', [{ plugins: { score: { enabled: [{ name: 'ImageLocality', weight: 1.5 }] } } }]],
    ['a percentage over 100', [{ percentageOfNodesToScore: 101 }]],
    ['args of another plugin', [{ pluginConfig: [{ name: 'NodePorts', args: {} }] }]],
    ['an unknown argument', fitting({ bogus: 1 })],
    ['an unknown strategy', fitting({ scoringStrategy: { type: 'Best' } })],
    ['a ratio without a shape', fitting({ scoringStrategy: { type: 'RequestedToCapacityRatio' } })],
    [
      'a shape that does not rise',
      fitting({
        scoringStrategy: {
          type: 'RequestedToCapacityRatio',
          requestedToCapacityRatio: {
            shape: [
              { utilization: 50, score: 0 },
              { utilization: 50, score: 10 },
            ],
          },
        },
      }),
    ],
  ])('with %s are refused', (_, raw) => {
    expect(schedulerProfiles.parse(raw)).toBeUndefined();
  });
});
