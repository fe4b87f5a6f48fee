import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../../test/support/kind-fixture.ts';

const { completed, refusals, row } = kindFixture('SimulationProfile');
const staged = (...stages: object[]) => ({ metadata: { name: 'p' }, spec: { stages } });
const WHOLE = {
  ...{ name: 'hold', at: 'Running', delay: { uniform: { min: '1s', max: '5s' } } },
  finalizers: { add: ['example.com/a'], remove: ['orphan'], removeAll: false },
  events: [{ reason: 'Held', message: '{{pod}} is held' }],
  conditions: [{ type: 'example.com/Held' }, { type: 'Ready', status: 'False', reason: 'Held', message: 'x' }],
};
const END = { name: 's', at: 'Stopped', events: [{ reason: 'Gone' }] };

describe('stages of a SimulationProfile', () => {
  it('are taken, with their defaults, and shown', () => {
    expect(refusals(staged(WHOLE, END, { name: 'g', at: 'Running', openReadinessGates: true }))).toEqual([]);
    expect(completed(staged(WHOLE))).toMatchObject({
      spec: { stages: [{ events: [{ type: 'Normal' }], conditions: [{ status: 'True' }, { status: 'False' }] }] },
    });
    expect(row(staged(WHOLE))).toMatchObject({ Sets: 'stages' });
  });

  it.each<[object, string]>([
    [
      { at: 'Later' },
      'spec.stages[0].at: Unsupported value: "Later": supported values: "Admitted", "Initialized", "Running"',
    ],
    [{ name: 'A b' }, 'spec.stages[0].name: Invalid value: "A b": a lowercase RFC 1123 label must consist of'],
    [{ name: undefined }, 'spec.stages[0].name: Invalid value: "": a lowercase RFC 1123 label must consist of'],
    [{ delay: {} }, 'spec.stages[0].delay: Required value: must specify one of: constant'],
    [
      { finalizers: { add: ['mine'] } },
      'spec.stages[0].finalizers.add[0]: Invalid value: "mine": name is neither a standard',
    ],
    [{ finalizers: { remove: ['a b/c'] } }, 'spec.stages[0].finalizers.remove[0]: Invalid value: "a b/c": prefix part'],
    [
      { at: 'Terminating' },
      'spec.stages[0].finalizers.add: Forbidden: no new finalizers can be added to a pod that is being',
    ],
    [
      { events: [{ reason: 'two words' }] },
      'spec.stages[0].events[0].reason: Invalid value: "two words": must be one word',
    ],
    [{ events: [{ message: 'x' }] }, 'spec.stages[0].events[0].reason: Invalid value: "": must be one word'],
    [
      { events: [{ reason: 'A', type: 'Bad' }] },
      'spec.stages[0].events[0].type: Unsupported value: "Bad": supported values: "Normal"',
    ],
    [
      { events: [{ reason: 'A'.repeat(129) }] },
      'spec.stages[0].events[0].reason: Too long: may not be more than 128 bytes',
    ],
    [
      { events: [{ reason: 'A', message: 'x'.repeat(1_025) }] },
      'spec.stages[0].events[0].message: Too long: may not be',
    ],
    [
      { events: new Array(17).fill({ reason: 'A' }) },
      'spec.stages[0].events: Too many: 17: must have at most 16 items',
    ],
    [{ conditions: [{ type: 'x', status: 'Yes' }] }, 'spec.stages[0].conditions[0].status: Unsupported value: "Yes"'],
    [
      { conditions: [{ type: 'a b' }] },
      'spec.stages[0].conditions[0].type: Invalid value: "a b": name part must consist',
    ],
    [{ conditions: [{ type: 'x' }, { type: 'x' }] }, 'spec.stages[0].conditions[1].type: Duplicate value: "x"'],
    [
      { conditions: [{ type: 'DisruptionTarget' }] },
      'spec.stages[0].conditions[0].type: Forbidden: the kubelet acts on its own',
    ],
  ])('are refused with %j', (change, expected) => {
    const found = refusals(staged({ ...WHOLE, ...change }));
    expect(found.map((text) => text.slice(0, expected.length))).toContain(expected);
  });

  it('have different names, and do something; after the end nothing can wait', () => {
    expect(refusals(staged(WHOLE, END, END))).toEqual(['spec.stages[2].name: Duplicate value: "s"']);
    expect(refusals(staged({ name: 's', at: 'Running' }))).toEqual([
      'spec.stages[0]: Required value: must specify one of: finalizers, events, conditions, openReadinessGates',
    ]);
    expect(refusals(staged({ ...END, delay: { constant: '1s' } }))).toEqual([
      'spec.stages[0].delay: Forbidden: a pod that has stopped goes at once',
    ]);
    const told = (name: string, count: number) => ({ ...END, name, events: new Array(count).fill({ reason: 'Gone' }) });
    expect(refusals(staged(told('a', 13), told('b', 12)))).toEqual([]);
    expect(refusals(staged(told('a', 13), told('b', 13)))).toEqual([
      'spec.stages: Invalid value: "26 events": must have at most 25 events in all stages together',
    ]);
    expect(refusals(staged(...new Array(33).fill(END)))).toEqual([
      'spec.stages: Too many: 33: must have at most 32 items',
    ]);
  });
});
