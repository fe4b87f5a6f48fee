import { expect, test } from 'vitest';
import type { Pod } from '../kinds/pod.ts';
import { type DrainRules, judgePod } from './judge-pod.ts';

const owned = (kind: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'o', uid: 'u', controller: true }],
});
const pod = (metadata: object, spec: object = {}, phase = 'Running') =>
  ({ metadata: { name: 'p', namespace: 'n', ...metadata }, spec, status: { phase } }) as unknown as Pod;
const scratch = { volumes: [{ name: 'v', emptyDir: {} }] };

test.each<[string, Pod, DrainRules, unknown]>([
  ['of a ReplicaSet', pod(owned('ReplicaSet')), {}, 'evict'],
  ['of nobody', pod({}), {}, { refused: 'cannot delete Pods that declare no controller' }],
  ['of nobody, by force', pod({}), { force: true }, 'evict'],
  ['of nobody, but over', pod({}, scratch, 'Succeeded'), {}, 'evict'],
  ['of a DaemonSet', pod(owned('DaemonSet')), { force: true }, { refused: 'cannot delete DaemonSet-managed Pods' }],
  ['of a DaemonSet that is left', pod(owned('DaemonSet')), { ignoreDaemonSets: true }, 'keep'],
  ['with data', pod(owned('Job'), scratch), {}, { refused: 'cannot delete Pods with local storage' }],
  ['with data that may go', pod(owned('Job'), scratch), { deleteEmptyDirData: true }, 'evict'],
  ['a mirror of a file', pod({ annotations: { 'kubernetes.io/config.mirror': 'x' } }), {}, 'keep'],
  ['that is not meant', pod({ labels: { a: 'b' } }), { podSelector: { matchLabels: { a: 'c' } } }, 'keep'],
])('a pod %s', (_, given, rules, expected) => {
  expect(judgePod(given, rules)).toEqual(expected);
});
