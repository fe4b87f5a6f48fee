import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { created, refusals, row } = kindFixture('Fault');
const fault = (spec: object) => ({ metadata: { name: 'f' }, spec });
const TYPES =
  '"StopHeartbeat", "SlowHeartbeat", "KubeletCrash", "Partition", "ZoneOutage", "MemoryPressure", "DiskPressure", ' +
  '"PIDPressure", "CrashLoop", "OOMKill", "ImagePullError", "ProbeFailure", "SlowStart"';

describe('Fault', () => {
  it('takes hold of all of its targets at once unless told otherwise, and no status of the client', () => {
    const made = created({ ...fault({ type: 'Partition', pool: 'p' }), status: { phase: 'Active' } });
    expect(made).toMatchObject({ spec: { type: 'Partition', pool: 'p', share: '100%', seed: 0 } });
    expect(made.status).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ pool: 'p' }, 'spec.type: Required value'],
    [{ type: 'Flood', pool: 'p' }, `spec.type: Unsupported value: "Flood": supported values: ${TYPES}`],
    [{ type: 'KubeletCrash' }, 'spec: Required value: one of nodeSelector, nodeNames, pool, zone must say which nodes'],
    [
      { type: 'CrashLoop' },
      'spec: Required value: one of nodeSelector, nodeNames, pool, zone, podSelector, namespace, podNames must say which pods',
    ],
    [{ type: 'ZoneOutage', pool: 'p' }, 'spec.zone: Required value: a ZoneOutage is of one zone'],
    [
      { type: 'Partition', pool: 'p', podSelector: {} },
      'spec.podSelector: Forbidden: a Partition is of nodes, not of pods',
    ],
    [
      { type: 'Partition', pool: 'p', durationSeconds: -5 },
      'spec.durationSeconds: Invalid value: -5: spec.durationSeconds in body should be greater than or equal to 1',
    ],
    [{ type: 'Partition', pool: 'p', share: '101%' }, 'spec.share: Invalid value: "101%": must be from 0% to 100%'],
    [{ type: 'Partition', pool: 'p', share: '-1%' }, 'spec.share: Invalid value: "-1%": must be from 0% to 100%'],
    [{ type: 'Partition', pool: 'p', share: 'half' }, 'spec.share: Invalid value: "half": must be from 0% to 100%'],
    [
      { type: 'Partition', pool: 'p', durationSeconds: 5, rampSeconds: 6 },
      'spec.rampSeconds: Invalid value: 6: may not be longer than durationSeconds',
    ],
    [
      { type: 'SlowHeartbeat', pool: 'p' },
      'spec.slowHeartbeat: Required value: factor or delaySeconds must say how late',
    ],
    [{ type: 'Partition', pool: 'p', crash: {} }, 'spec.crash: Forbidden: may not be set for a Partition'],
    [
      { type: 'OOMKill', pool: 'p', crash: { exitCode: 3 } },
      'spec.crash.exitCode: Forbidden: what is killed for its memory ends with 137',
    ],
    [{ type: 'SlowStart', pool: 'p' }, 'spec.slowStart.delaySeconds: Required value'],
    [
      { type: 'MemoryPressure', pool: 'p', pressure: { available: 'some' } },
      'spec.pressure.available: Invalid value: "some": must be a quantity or a share of the capacity from 0% to 100%',
    ],
    [
      { type: 'ProbeFailure', pool: 'p', probe: { types: ['Liveliness'] } },
      'spec.probe.types[0]: Unsupported value: "Liveliness": supported values: "Startup", "Liveness", "Readiness"',
    ],
    [
      { type: 'CrashLoop', namespace: 'a/b' },
      "spec.namespace: Invalid value: \"a/b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ])('refuses %j', (spec, expected) => {
    expect(refusals(fault(spec))).toEqual([expected]);
  });

  it('of pods may name only nodes: all of their pods are meant', () => {
    expect(refusals(fault({ type: 'CrashLoop', zone: 'a', crash: { exitCode: 3, runSeconds: 0 } }))).toEqual([]);
    expect(refusals(fault({ type: 'CrashLoop', podSelector: {} }))).toEqual([]);
    expect(refusals(fault({ type: 'MemoryPressure', nodeSelector: {}, pressure: { available: '5%' } }))).toEqual([]);
  });

  it('shows what it does', () => {
    const metadata = { name: 'f', creationTimestamp: '2026-01-01T03:04:05Z' };
    const status = { phase: 'Active', targets: 10, affected: 3, startTime: '2026-01-01T03:04:05Z' };
    expect(row({ metadata, spec: { type: 'CrashLoop', namespace: 'a', share: '30%' }, status })).toEqual({
      ...{ Name: 'f', Type: 'CrashLoop', Phase: 'Active', Affected: '3/10 pods', Share: '30%', Age: '24h' },
      ...{ Start: '2026-01-01T03:04:05Z', End: '<deleted>' },
    });
  });
});
