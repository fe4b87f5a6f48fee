import { describe, expect, it } from 'vitest';
import type { PodSpec } from './pod-spec.ts';
import { nameWarnings, podSpecWarnings } from './warnings.ts';

describe('warnings', () => {
  it.each<[string, PodSpec, string[]]>([
    ['a plain pod', { containers: [{ name: 'a' }] }, []],
    [
      'a variable defined twice',
      {
        containers: [
          {
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          },
        ],
      },
      ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    ],
    [
      'a variable that extends itself',
      {
        containers: [
          {
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '$(A)2' },
            ],
          },
        ],
      },
      [],
    ],
    [
      'a port given twice',
      { initContainers: [{ ports: [{ containerPort: 80 }, { containerPort: 80 }] }] },
      ['spec.initContainers[0].ports[1]: duplicate port definition with spec.initContainers[0].ports[0]'],
    ],
    [
      'a tenth of a byte',
      { containers: [{ resources: { limits: { memory: '100m' } } }] },
      ['spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer'],
    ],
    [
      'a label of old',
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      'a spread of nothing',
      { topologySpreadConstraints: [{}] },
      ['spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod'],
    ],
    [
      'a negative grace',
      { terminationGracePeriodSeconds: -1 },
      ['spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'],
    ],
    [
      'pull secrets without a name and twice',
      { imagePullSecrets: [{}, { name: 'a' }, { name: 'a' }] },
      ['spec.imagePullSecrets[0].name: invalid empty name ""', 'spec.imagePullSecrets[2].name: duplicate name "a"'],
    ],
  ])('for %s', (_name, spec, expected) => {
    expect(podSpecWarnings('spec', spec)).toEqual(expected);
  });

  it('for a name that is no label', () => {
    expect(nameWarnings('a', "the Pod's hostname")).toEqual([]);
    expect(nameWarnings('a.b', "the Pod's hostname")).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });
});
