import { expect, it } from 'vitest';
import type { KubeObject } from '../values/object.ts';
import { onChildChange } from './workload-triggers.ts';

const child = (owner?: { kind: string; name: string }, labels: Record<string, string> = { a: 'b' }): KubeObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  metadata: {
    ...{ name: 'c', namespace: 'ns', uid: 'c', labels },
    ...(owner === undefined
      ? {}
      : { ownerReferences: [{ apiVersion: 'apps/v1', uid: owner.name, controller: true, ...owner }] }),
  },
});
const ours = { kind: 'Deployment', name: 'ours' };
const theirs = { kind: 'Rollout', name: 'theirs' };
const trigger = onChildChange('replicasets.apps', 'Deployment', 's', () => false);
const keys = (before: KubeObject | undefined, after: KubeObject | undefined): string[] =>
  trigger
    .dueOn({ ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) })
    .map(({ key }) => key);

it.each<[string, KubeObject | undefined, KubeObject | undefined, string[]]>([
  ['comes', undefined, child(ours), ['ns/ours']],
  ['goes', child(ours), undefined, ['ns/ours']],
  ["is another kind of owner's", undefined, child(theirs), []],
  ['was given to another kind of owner', child(ours), child(theirs), ['ns/ours']],
  ['lost its owner', child(ours), child(), ['ns/ours', 'orphans//ns']],
  ['comes without an owner', undefined, child(), ['orphans//ns']],
  ['comes without labels, which nobody is asked about', undefined, child(undefined, {}), []],
  ['changed in what does not matter', child(ours), child(ours), []],
])('a child that %s', (_, before, after, expected) => {
  expect(keys(before, after)).toEqual(expected);
});
