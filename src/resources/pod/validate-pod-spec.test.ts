import { describe, expect, it } from 'vitest';
import type { Container } from './container.ts';
import { defaultPodSpec, defaultSpecOfPod } from './default-pod-spec.ts';
import type { PodSpec } from './pod-spec.ts';
import { checkPodSpec } from './validate-pod-spec.ts';

const MAIN: Container = { name: 'main', image: 'busybox:1' };

function complaints(spec: PodSpec, isPod = true): string[] {
  const copy = structuredClone({ containers: [MAIN], ...spec });
  (isPod ? defaultSpecOfPod : defaultPodSpec)(copy);
  return checkPodSpec('spec', copy, { isPod }).map(({ field, message }) => `${field}: ${message}`);
}
const ofContainer = (container: Container, spec: PodSpec = {}): string[] =>
  complaints({ ...spec, containers: [{ ...MAIN, ...container }] }).map((text) =>
    text.replace('spec.containers[0].', ''),
  );

const CONFIG = { name: 'config', configMap: { name: 'c' } };
const DNS_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('a container', () => {
  it.each<[string, Container, string[]]>([
    ['nothing', {}, []],
    ['no name', { name: '' }, ['name: Required value']],
    ['a name that is no label', { name: 'A' }, [`name: Invalid value: "A": ${DNS_LABEL}`]],
    ['no image', { image: '' }, ['image: Required value']],
    ['a padded image', { image: ' a' }, ['image: Invalid value: " a": must not have leading or trailing whitespace']],
    [
      'an unknown pull policy',
      { imagePullPolicy: 'Sometimes' },
      ['imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'],
    ],
    ['no port number', { ports: [{}] }, ['ports[0].containerPort: Required value']],
    [
      'a port too high',
      { ports: [{ containerPort: 70_000 }] },
      ['ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'an unknown protocol',
      { ports: [{ containerPort: 80, protocol: 'HTTP' }] },
      ['ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'a port name twice',
      {
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'http', containerPort: 81 },
        ],
      },
      ['ports[1].name: Duplicate value: "http"'],
    ],
    [
      'a host port twice',
      {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      },
      ['ports[1].hostPort: Duplicate value: "TCP//80"'],
    ],
    ['a nameless variable', { env: [{ value: 'x' }] }, ['env[0].name: Required value']],
    [
      'a variable from nowhere',
      { env: [{ name: 'A', valueFrom: {} }] },
      [
        'env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ],
    ],
    [
      'a variable with two sources',
      { env: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
      ['env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      'a field that is none',
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.containers' } } }] },
      [
        'env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.containers": error converting fieldPath: field label not supported: spec.containers',
      ],
    ],
    ['a label', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }] }, []],
    [
      'an empty envFrom',
      { envFrom: [{}] },
      ['envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ],
    [
      'a request over its limit',
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      ['resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'an unknown resource',
      { resources: { limits: { gpu: '1' } } },
      ['limits', 'requests'].flatMap((list) => [
        `resources.${list}[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified`,
        `resources.${list}[gpu]: Invalid value: "gpu": must be a standard resource for containers`,
      ]),
    ],
    [
      'a negative amount',
      { resources: { requests: { memory: '-1Gi' } } },
      ['resources.requests[memory]: Invalid value: "-1Gi": must be greater than or equal to 0'],
    ],
    [
      'an extended resource without a limit',
      { resources: { requests: { 'example.com/gpu': '1' } } },
      ['resources.limits: Required value: Limit must be set for non overcommitable resources'],
    ],
    [
      'half a device',
      { resources: { limits: { 'example.com/gpu': '500m' } } },
      ['limits', 'requests'].map(
        (list) => `resources.${list}[example.com/gpu]: Invalid value: "500m": must be an integer`,
      ),
    ],
    [
      'a probe that does nothing',
      { livenessProbe: {} },
      ['livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a probe that does two things',
      { readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } },
      ['readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'a liveness probe that must succeed twice',
      { livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } },
      ['livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'a hook that sleeps too long',
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      [
        'lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
      ],
    ],
    [
      'a hook without a command',
      { lifecycle: { postStart: { exec: {} } } },
      ['lifecycle.postStart.exec.command: Required value'],
    ],
    [
      'a mount of nothing',
      { volumeMounts: [{ name: 'x', mountPath: '/x' }] },
      ['volumeMounts[0].name: Not found: "x"'],
    ],
    [
      'two mounts in one place',
      {
        volumeMounts: [
          { name: 'config', mountPath: '/x' },
          { name: 'config', mountPath: '/x' },
        ],
      },
      ['volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
    ],
    [
      'a restart policy',
      { restartPolicy: 'Always' },
      ['restartPolicy: Forbidden: may not be set for non-init containers'],
    ],
  ])('with %s', (_name, container, expected) => {
    expect(ofContainer(container, { volumes: [CONFIG] })).toEqual(expected);
  });
});

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
