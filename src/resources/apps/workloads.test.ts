import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { deployment } from './deployment.ts';
import { replicaSet } from './replicaset.ts';

type Loose = KubeObject & { spec: Record<string, unknown>; status?: Record<string, unknown> };
const DEPLOYMENT = deployment as unknown as ResourceDefinition<Loose>;
const REPLICA_SET = replicaSet as unknown as ResourceDefinition<Loose>;
const KINDS = [DEPLOYMENT, REPLICA_SET];
const NOW = { now: Date.parse('2026-01-02T03:05:05Z') };

const LABELS = { app: 'web' };
const template = (spec: Record<string, unknown> = {}, labels: Record<string, string> = LABELS) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
});
function workload(definition: ResourceDefinition<Loose>, spec: Record<string, unknown> = {}, status = {}): Loose {
  const object: Loose = {
    ...{ apiVersion: 'apps/v1', kind: definition.kind },
    metadata: { name: 'web', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' },
    spec: { selector: { matchLabels: LABELS }, template: template(), ...spec },
    status,
  };
  definition.applyDefaults?.(object);
  return object;
}
const complaints = (definition: ResourceDefinition<Loose>, spec: Record<string, unknown>): string[] =>
  (definition.validate?.(workload(definition, spec)) ?? []).map(({ field, message }) => `${field}: ${message}`);

describe.each(KINDS.map((definition) => [definition.kind, definition] as const))('%s', (_kind, definition) => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['nothing wrong', {}, []],
    ['negative replicas', { replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [
      'no selector',
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'an empty selector',
      { selector: {} },
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'a selector of other pods',
      { selector: { matchLabels: { app: 'api' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      'pods that end',
      { template: template({ restartPolicy: 'Never' }) },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'a deadline',
      { template: template({ activeDeadlineSeconds: 5 }) },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported'],
    ],
    ['no containers', { template: template({ containers: [] }) }, ['spec.template.spec.containers: Required value']],
  ])('with %s', (_name, spec, expected) => {
    expect(complaints(definition, spec)).toEqual(expected);
  });

  it('never changes its selector', () => {
    const old = workload(definition);
    const changed = workload(definition, { selector: { matchLabels: { app: 'api' } } });
    expect(definition.validateUpdate?.(old, old)).toEqual([]);
    expect(definition.validateUpdate?.(changed, old)).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: {"matchLabels":{"app":"api"}}: field is immutable',
        field: 'spec.selector',
      },
    ]);
  });

  it('counts no more pods ready than there are, nor available than ready', () => {
    const status = { replicas: 1, readyReplicas: 2, availableReplicas: 3 };
    const object = workload(definition, {}, status);
    expect(definition.validateStatusUpdate?.(object, object).map(({ field }) => field)).toEqual([
      'status.readyReplicas',
      'status.availableReplicas',
      'status.availableReplicas',
    ]);
  });

  it('begins without a status', () => {
    const object = workload(definition, {}, { replicas: 5 });
    definition.prepareForCreate?.(object, NOW);
    expect(object.status).toEqual({});
  });
});

describe('Deployment', () => {
  it('has the defaults of Kubernetes', () => {
    expect(workload(DEPLOYMENT).spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } },
    });
    expect(workload(DEPLOYMENT, { strategy: { type: 'Recreate' } }).spec['strategy']).toEqual({ type: 'Recreate' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown type',
      { strategy: { type: 'Maybe' } },
      'spec.strategy: Unsupported value: {"type":"Maybe"}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'a rolling update when it recreates',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'no room to move',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
    ],
    [
      'more than all unavailable',
      { strategy: { rollingUpdate: { maxUnavailable: '101%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
    [
      'a percentage that is none',
      { strategy: { rollingUpdate: { maxSurge: '5' } } },
      `spec.strategy.rollingUpdate.maxSurge: Invalid value: "5": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
    ],
    [
      'a deadline before it can be met',
      { minReadySeconds: 600 },
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ],
  ])('refuses %s', (_name, spec, expected) => {
    expect(complaints(DEPLOYMENT, spec)).toEqual([expected]);
  });

  it('is a new generation when its annotations change', () => {
    const [old, wanted] = [workload(DEPLOYMENT), workload(DEPLOYMENT)];
    DEPLOYMENT.prepareForUpdate?.(wanted, old, NOW);
    expect(wanted.metadata.generation).toBe(1);
    wanted.metadata.annotations = { a: 'b' };
    DEPLOYMENT.prepareForUpdate?.(wanted, old, NOW);
    expect(wanted.metadata.generation).toBe(2);
  });

  it('prints what kubectl prints', () => {
    const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 };
    const object = workload(DEPLOYMENT, { replicas: 3 }, status);
    const row = DEPLOYMENT.columns.map(({ cell }) => cell(object, NOW));
    expect(row).toEqual(['web', '2/3', 1, 2, '60s', 'main', 'busybox:1', 'app=web']);
  });
});

describe('ReplicaSet', () => {
  it('prints what kubectl prints, and is selected by its replicas', () => {
    const object = workload(REPLICA_SET, { replicas: 3 }, { replicas: 2, readyReplicas: 1 });
    const row = REPLICA_SET.columns.map(({ cell }) => cell(object, NOW));
    expect(row).toEqual(['web', 3, 2, 1, '60s', 'main', 'busybox:1', 'app=web']);
    expect(REPLICA_SET.fields(object)).toEqual({ 'status.replicas': '2' });
  });
});
