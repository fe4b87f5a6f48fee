import { describe, expect, it } from 'vitest';
import { CONFIG, DNS_LABEL, ofContainer } from '../../../test/support/pod-complaints.ts';
import type { Container } from './container.ts';

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
