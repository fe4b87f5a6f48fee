import { expect, test } from 'vitest';
import { statefulSet } from '../../../test/support/workloads.ts';
import type { StatefulSet } from '../kinds/stateful-set.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { nextSteps } from './next-steps.ts';

/** `0 old+`: its number and revision; `+`: ready. `x`: ending. `!`: failed. */
function pod(text: string): PodInfo {
  const [ordinal = '', marks = ''] = text.split(' ');
  return {
    ...{ name: `web-${ordinal}`, namespace: 'default', uid: text, nodeName: 'n', createdAt: 0, readySince: 0 },
    labels: { 'controller-revision-hash': marks.startsWith('new') ? 'new' : 'old' },
    phase: marks.includes('!') ? 'Failed' : 'Running',
    deletionTime: marks.includes('x') ? 1 : undefined,
    ready: marks.includes('+'),
  } as unknown as PodInfo;
}
const ordered = { replicas: 2 };
const parallel = { ...ordered, podManagementPolicy: 'Parallel' };
const partition = (count: number) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: count } },
});

test.each<[string, object, string[], number[], string[]]>([
  ['the first', ordered, [], [0], []],
  ['none while one is not ready', ordered, ['0 new'], [], []],
  ['the next once it is', ordered, ['0 new+'], [1], []],
  ['a gap first', ordered, ['1 new+'], [0], []],
  ['none while one is ending', ordered, ['0 new+x', '1 new+'], [], []],
  ['a failed one away', ordered, ['0 new!', '1 new+'], [], ['0 new!']],
  ['a failed one that is going stays alone', ordered, ['0 new!x', '1 new+'], [], []],
  ['the highest beyond', ordered, ['0 new+', '1 new+', '2 new+', '3 new+'], [], ['3 new+']],
  ['nothing beyond while one is not ready', ordered, ['0 new+', '1 new', '2 new+'], [], []],
  ['the next beyond waits for the last', ordered, ['0 new+', '1 new+', '2 new+', '3 new+x'], [], []],
  ['what is lame beyond, if it is the lowest', ordered, ['0 new+', '1 new+', '2 new+', '3 new'], [], ['3 new']],
  ['or waits', ordered, ['0 new+', '1 new+', '2 new', '3 new'], [], []],
  ['the highest of the old', ordered, ['0 old+', '1 old+'], [], ['1 old+']],
  ['then the one below', ordered, ['0 old+', '1 new+'], [], ['0 old+']],
  ['but not before it is up', ordered, ['0 old+', '1 new'], [], []],
  ['none below the partition', { ...ordered, ...partition(1) }, ['0 old+', '1 new+'], [], []],
  ['none by itself', { ...ordered, updateStrategy: { type: 'OnDelete' } }, ['0 old+', '1 old+'], [], []],
  ['numbers from a start', { ...ordered, ordinals: { start: 4 } }, ['4 new+', '0 new+'], [5], []],
  [
    'the partition from there',
    { ...ordered, ordinals: { start: 4 }, ...partition(1) },
    ['4 old+', '5 old+'],
    [],
    ['5 old+'],
  ],
  ['all at once', parallel, [], [0, 1], []],
  ['all beyond at once', parallel, ['0 new', '1 new', '2 new', '3 new+'], [], ['3 new+', '2 new']],
  ['makes and removes together', parallel, ['0 new!', '5 new'], [1], ['0 new!', '5 new']],
  ['updates one after another all the same', parallel, ['0 old+', '1 old+'], [], ['1 old+']],
  ['others’ names count for nothing', ordered, ['x new+', '0 new+'], [1], []],
])('%s', (_, spec, pods, create, remove) => {
  const set = statefulSet('web', spec) as unknown as StatefulSet;
  const steps = nextSteps(set, pods.map(pod), 'new', 1_000_000);
  expect([steps.create, steps.remove.map(({ uid }) => uid)]).toEqual([create, remove]);
});
