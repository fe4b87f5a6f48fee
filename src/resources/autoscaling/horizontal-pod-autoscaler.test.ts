import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { created, completed, refusals, updateRefusals, statusRefusals, row } = kindFixture('HorizontalPodAutoscaler');

type Loose = Record<string, unknown>;
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const scaler = (spec: Loose = {}, status?: Loose): object => ({
  metadata: { name: 'web' },
  spec: { scaleTargetRef, maxReplicas: 3, ...spec },
  ...(status === undefined ? {} : { status }),
});
const measured = (type: string, source: Loose): object => {
  const field = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return scaler({ metrics: [{ type, [field]: source }] });
};
const value = (amount: string): Loose => ({ type: 'Value', value: amount });
const average = (amount: string): Loose => ({ type: 'AverageValue', averageValue: amount });
const part = (percent: number): Loose => ({ type: 'Utilization', averageUtilization: percent });
const described = { apiVersion: 'v1', kind: 'Service', name: 's' };
const METRIC = 'spec.metrics[0]';

describe('HorizontalPodAutoscaler', () => {
  it('has the defaults of Kubernetes', () => {
    expect(completed(scaler({ behavior: { scaleDown: { selectPolicy: 'Min' } } })).spec).toMatchObject({
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: part(80) } }],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ value: 4 }, { value: 100 }] },
        scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
      },
    });
  });

  it('drops the tolerance, which 1.34 does not know by default, unless it was there', () => {
    const tolerant = scaler({ behavior: { scaleUp: { tolerance: '0.2' } } });
    expect(created(tolerant).spec?.['behavior']).not.toHaveProperty('scaleUp.tolerance');
    expect(updateRefusals(scaler({ behavior: { scaleUp: { tolerance: '-1' } } }), tolerant)).toEqual([
      'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to zero',
    ]);
  });

  it.each<[object, string[]]>([
    [
      scaler({ minReplicas: 0 }),
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    [
      scaler({ minReplicas: 4 }),
      ['spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`'],
    ],
    [
      scaler({ scaleTargetRef: { kind: 'Deployment', name: '' } }),
      [
        'spec.scaleTargetRef.name: Required value',
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      ],
    ],
    [scaler({ scaleTargetRef: { kind: 'ReplicationController', name: 'r', apiVersion: 'v1' } }), []],
    [
      scaler({ metrics: [{ type: 'Odd' }] }),
      [
        `${METRIC}.type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"`,
      ],
    ],
    [
      scaler({ metrics: [{ type: 'Pods', resource: { name: 'cpu', target: part(1) } }] }),
      [`${METRIC}.pods: Required value: must populate information for the given metric source`],
    ],
    [
      scaler({
        metrics: [
          {
            type: 'Pods',
            pods: { metric: { name: 'm' }, target: average('1') },
            resource: { name: 'cpu', target: part(1) },
          },
        ],
      }),
      [`${METRIC}.resource: Forbidden: must populate the given metric source only`],
    ],
    [measured('Object', { describedObject: described, metric: { name: 'm' }, target: value('1') }), []],
    [
      measured('Object', {
        describedObject: { kind: 'A/b', name: 'n', apiVersion: 'a/b/c' },
        metric: {},
        target: { type: 'Value' },
      }),
      [
        `${METRIC}.object.describedObject.kind: Invalid value: "A/b": may not contain '/'`,
        `${METRIC}.object.describedObject.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
        `${METRIC}.object.metric.name: Required value: must specify a metric name`,
        `${METRIC}.object.target.averageValue: Required value: must set either a target value or averageValue`,
      ],
    ],
    [
      measured('External', { metric: { name: 'm' }, target: { ...value('1'), averageValue: '1' } }),
      [`${METRIC}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target`],
    ],
    [
      measured('Pods', { metric: { name: 'm' }, target: value('0') }),
      [
        `${METRIC}.pods.target.averageValue: Required value: must specify a positive target averageValue`,
        `${METRIC}.pods.target.value: Invalid value: "0": must be positive`,
      ],
    ],
    [
      measured('Resource', { name: '', target: { type: 'Odd' } }),
      [
        `${METRIC}.resource.name: Required value: must specify a resource name`,
        `${METRIC}.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization`,
        `${METRIC}.resource.target.type: Invalid value: "Odd": must be either Utilization, Value, or AverageValue`,
      ],
    ],
    [
      measured('ContainerResource', { name: 'cpu', target: { ...part(0), averageValue: '1' } }),
      [
        `${METRIC}.containerResource.container: Required value: must specify a container`,
        `${METRIC}.containerResource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization`,
        `${METRIC}.containerResource.target.averageUtilization: Invalid value: 0: must be greater than 0`,
      ],
    ],
    [
      scaler({ behavior: { scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Odd', policies: [] } } }),
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Odd": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
      ],
    ],
    [
      scaler({
        behavior: {
          scaleDown: { stabilizationWindowSeconds: -1, policies: [{ type: 'A', value: 0, periodSeconds: 1801 }] },
        },
      }),
      [
        'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "A": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    ],
  ])('%j', (body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('spares what it pointed to before the rule', () => {
    const old = scaler({ scaleTargetRef: { kind: 'Deployment', name: 'web' } });
    expect(updateRefusals(scaler({ scaleTargetRef: { kind: 'Deployment', name: 'other' } }), old)).toEqual([]);
    expect(updateRefusals(scaler({ scaleTargetRef: { kind: 'ReplicaSet', name: 'web' } }), old)).toHaveLength(1);
  });

  it('counts from zero', () => {
    expect(statusRefusals(scaler({}, { currentReplicas: -1, desiredReplicas: -2 }), scaler())).toEqual([
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
    ]);
  });
});

describe('its targets, as kubectl shows them', () => {
  const targets = (metrics: Loose[], currentMetrics: Loose[] = []): unknown =>
    row(scaler({ metrics }, { desiredReplicas: 1, currentMetrics }))['Targets'];
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: part(80) } };
  const external = (target: Loose) => ({ type: 'External', external: { metric: { name: 'q' }, target } });

  it.each<[Loose[], Loose[], string]>([
    [[cpu], [], 'cpu: <unknown>/80%'],
    [
      [cpu],
      [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '9m' } } }],
      'cpu: 7%/80%',
    ],
    [
      [{ type: 'ContainerResource', containerResource: { name: 'memory', container: 'c', target: average('1Gi') } }],
      [
        {
          type: 'ContainerResource',
          containerResource: { name: 'memory', container: 'c', current: { averageValue: '5Mi' } },
        },
      ],
      'memory: 5Mi/1Gi',
    ],
    [
      [external(value('3'))],
      [{ type: 'External', external: { metric: { name: 'q' }, current: { value: '2' } } }],
      '2/3',
    ],
    [[external(average('3'))], [], '<unknown>/3 (avg)'],
    [
      [{ type: 'Object', object: { describedObject: described, metric: { name: 'm' }, target: average('3') } }],
      [],
      '<unknown>/3 (avg)',
    ],
    [
      [{ type: 'Pods', pods: { metric: { name: 'm' }, target: average('3') } }],
      [{ type: 'Pods', pods: { metric: { name: 'm' }, current: { averageValue: '1', value: '4' } } }],
      '1/3',
    ],
    [[cpu, external(value('3')), cpu], [], 'cpu: <unknown>/80%, <unknown>/3 + 1 more...'],
    [[{ type: 'Odd' }], [], '<unknown type>'],
  ])('%j', (metrics, current, text) => {
    expect(targets(metrics, current)).toBe(text);
  });
});
