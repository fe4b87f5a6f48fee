import { describe, expect, it } from 'vitest';
import type { PodSpec, PodTemplate } from './pod-spec.ts';
import { nameWarnings, podWarnings } from './warnings.ts';

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
      ['spec.imagePullSecrets[2].name: duplicate name "a"', 'spec.imagePullSecrets[0].name: invalid empty name ""'],
    ],
  ])('for %s', (_name, spec, expected) => {
    expect(podWarnings('', { spec })).toEqual(expected);
  });

  it.each<[string, PodTemplate, string[]]>([
    [
      'labels of old, wherever nodes are chosen',
      {
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{}, { matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'Exists' }] }],
              },
              preferredDuringSchedulingIgnoredDuringExecution: [
                { preference: { matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'Exists' }] } },
              ],
            },
            podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: {} }] },
          },
          topologySpreadConstraints: [{ topologyKey: 'failure-domain.beta.kubernetes.io/zone', labelSelector: {} }],
        },
      },
      [
        'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
        'spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
        'spec.template.spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
        'spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod',
      ],
    ],
    [
      'annotations that fields took the place of',
      {
        metadata: {
          annotations: {
            'seccomp.security.alpha.kubernetes.io/pod': 'x',
            'container.apparmor.security.beta.kubernetes.io/a': 'x',
            'container.apparmor.security.beta.kubernetes.io/b': 'x',
          },
        },
        spec: {
          containers: [{ name: 'a' }, { name: 'b', securityContext: { appArmorProfile: {} } }],
        },
      },
      [
        'spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
        'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead',
      ],
    ],
    [
      'volumes of kinds that are gone',
      {
        spec: {
          volumes: [
            { name: 'a', emptyDir: {} },
            { name: 'b', rbd: {} },
            { name: 'c', ...{ gitRepo: {} } },
          ],
        },
      },
      [
        'spec.template.spec.volumes[1].rbd: deprecated in v1.28, non-functional in v1.31+',
        'spec.template.spec.volumes[2].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
      ],
    ],
    [
      'addresses named twice, and a fraction of overhead',
      { spec: { hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }], overhead: { memory: '1m' } } },
      [
        'spec.template.spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
        'spec.template.spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer',
      ],
    ],
    [
      'ports that are at odds over containers',
      {
        spec: {
          containers: [
            { ports: [{ containerPort: 80, protocol: 'TCP', hostIP: '1.1.1.1' }] },
            { ports: [{ containerPort: 80, protocol: 'TCP', hostPort: 8080 }] },
            { ports: [{ containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '1.1.1.1' }] },
            { ports: [{ containerPort: 80, protocol: 'UDP' }] },
          ],
        },
      },
      [
        'spec.template.spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.1.1.1}',
        'spec.template.spec.containers[1].ports[0]: overlapping port definition with spec.template.spec.containers[0].ports[0]',
        'spec.template.spec.containers[2].ports[0]: overlapping port definition with spec.template.spec.containers[0].ports[0]',
        'spec.template.spec.containers[2].ports[0]: dangerously ambiguous port definition with spec.template.spec.containers[1].ports[0]',
      ],
    ],
  ])('of a template, for %s', (_name, template, expected) => {
    expect(podWarnings('spec.template.', template)).toEqual(expected);
  });

  it('for a name that is no label', () => {
    expect(nameWarnings('a', "the Pod's hostname")).toEqual([]);
    expect(nameWarnings('a.b', "the Pod's hostname")).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });
});
