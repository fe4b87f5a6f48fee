import { describe, expect, it } from 'vitest';
import { CONFIG, complaints, MAIN } from '../../../test/support/pod-complaints.ts';
import type { PodSpec } from './pod-spec.ts';

describe('a pod spec', () => {
  it.each<[string, PodSpec, string[]]>([
    ['no containers', { containers: [] }, ['spec.containers: Required value']],
    ['one name in two lists', { initContainers: [MAIN] }, ['spec.initContainers[0].name: Duplicate value: "main"']],
    [
      'an init container with a probe',
      { initContainers: [{ ...MAIN, name: 'init', livenessProbe: { tcpSocket: { port: 80 } } }] },
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    [
      'a sidecar with a probe',
      {
        initContainers: [
          { ...MAIN, name: 'init', restartPolicy: 'Always', livenessProbe: { tcpSocket: { port: 80 } } },
        ],
      },
      [],
    ],
    [
      'an unknown restart policy',
      { restartPolicy: 'Maybe' },
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a deadline of nothing',
      { activeDeadlineSeconds: 0 },
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'volumes that are not complete',
      {
        volumes: [
          { name: 'a', csi: { driver: '' } },
          { name: 'b', ephemeral: { volumeClaimTemplate: { spec: {} } } },
          { name: 'c', cephfs: { monitors: [] } },
        ],
      },
      [
        'spec.volumes[0].csi.driver: Required value',
        expect.stringContaining('spec.volumes[0].csi.driver: Invalid value: ""'),
        'spec.volumes[1].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
        'spec.volumes[1].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
        'spec.volumes[2].cephfs.monitors: Required value',
      ],
    ],
    [
      'an unknown system',
      { os: { name: 'x' } },
      ['spec.os: Unsupported value: "x": supported values: "linux", "windows"'],
    ],
    [
      'users of its own among processes of the host',
      { hostUsers: false, hostPID: true },
      ['spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false'],
    ],
    ['a volume twice', { volumes: [CONFIG, CONFIG] }, ['spec.volumes[1].name: Duplicate value: "config"']],
    [
      'a volume of two kinds',
      { volumes: [{ ...CONFIG, emptyDir: {} }] },
      ['spec.volumes[0].emptyDir: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a mode that is none',
      { volumes: [{ name: 's', secret: { secretName: 's', defaultMode: 0o1000 } }] },
      [
        'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
    [
      'a file outside its volume',
      { volumes: [{ name: 'c', configMap: { name: 'c', items: [{ key: 'k', path: '../k' }] } }] },
      [`spec.volumes[0].configMap.items[0].path: Invalid value: "../k": must not contain '..'`],
    ],
    [
      'an unknown operator of node affinity',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Equals' }] }],
            },
          },
        },
      },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "Equals": not a valid selector operator',
      ],
    ],
    [
      'a toleration of everything by value',
      { tolerations: [{ value: 'x' }] },
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      'seconds without NoExecute',
      { tolerations: [{ key: 'a', operator: 'Exists', tolerationSeconds: 1 }] },
      [`spec.tolerations[0].effect: Invalid value: "": effect must be 'NoExecute' when \`tolerationSeconds\` is set`],
    ],
    [
      'a spread over nothing',
      { topologySpreadConstraints: [{ maxSkew: 0, whenUnsatisfiable: 'Never' }] },
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than 0',
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      "a host port that differs on the host's network",
      { hostNetwork: true, containers: [{ ...MAIN, ports: [{ containerPort: 80, hostPort: 81 }] }] },
      [
        'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
      ],
    ],
  ])('with %s', (_name, spec, expected) => {
    expect(complaints(spec)).toEqual(expected);
  });

  it('may, in a template, leave to the pod what the pod fills in', () => {
    const spec = { hostNetwork: true, containers: [{ ...MAIN, image: ' ', ports: [{ containerPort: 80 }] }] };
    expect(complaints(spec, false)).toEqual([]);
    expect(complaints(spec)).toHaveLength(1);
  });
});
