/** Objects with very much metadata. */
import { configMap, type HostileRequest, MANY, MAPS, pairs, post, times } from './request.ts';

const NAMESPACES = '/api/v1/namespaces';

export const hostileMetadata = (run: string): readonly HostileRequest[] => [
  {
    title: 'bad labels: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', labels: pairs(MANY, '-bad-', 'bad_/!') } })),
  },
  {
    title: 'good labels: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: `l-${run}`, labels: pairs(MANY, 'good') } })),
  },
  {
    title: 'bad annotations: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', annotations: pairs(MANY, 'a', 'bad!') } })),
  },
  {
    title: 'good annotations, too long: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', annotations: pairs(MANY, 'a') } })),
  },
  {
    title: 'bad finalizers: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', finalizers: times(MANY, (i) => `bad ${i}`) } })),
  },
  {
    title: 'owners that control: 9,800',
    ...post(MAPS, () =>
      configMap('x', {
        metadata: {
          ...{ name: 'x' },
          ownerReferences: times(9_800, (i) => ({
            ...{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: `${i}`, controller: true },
          })),
        },
      }),
    ),
  },
  {
    title: 'owners of nothing: 49,000',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', ownerReferences: times(MANY, () => ({})) } })),
  },
  {
    title: 'namespace: bad finalizers in spec: 49,000',
    ...post(NAMESPACES, () => ({ metadata: { name: 'x' }, spec: { finalizers: times(MANY, (i) => `b${i}`) } })),
  },
];
