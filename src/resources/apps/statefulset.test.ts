import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, created, refusals, updateRefusals, statusRefusals, warnings, definition } =
  kindFixture('StatefulSet');

type Loose = Record<string, unknown>;
const LABELS = { app: 'db' };
const mounting = (name: string): Loose => ({
  containers: [{ name: 'main', image: 'postgres', volumeMounts: [{ name, mountPath: '/data' }] }],
});
const claim = (name: string): Loose => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const set = (spec: Loose = {}, podSpec: Loose = { containers: [{ name: 'main', image: 'postgres' }] }): object => ({
  metadata: { name: 'db' },
  spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: podSpec }, ...spec },
});

describe('StatefulSet', () => {
  it('has the defaults of Kubernetes, its claims too', () => {
    expect(completed(set({ volumeClaimTemplates: [claim('www')] })).spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          spec: { volumeMode: 'Filesystem' },
          status: { phase: 'Pending' },
        },
      ],
    });
    expect(completed(set({ updateStrategy: { type: 'RollingUpdate' } })).spec?.['updateStrategy']).toEqual({
      type: 'RollingUpdate',
    });
  });

  it('mounts its claims as volumes, and nothing that is neither', () => {
    const claims = { volumeClaimTemplates: [claim('www')] };
    expect(refusals(set(claims, mounting('www')))).toEqual([]);
    expect(refusals(set(claims, mounting('other')))).toEqual([
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"',
    ]);
    // The claim takes the place of the volume of its name, which by itself could not be a block device.
    const device = { name: 'main', image: 'i', volumeDevices: [{ name: 'www', devicePath: '/dev/x' }] };
    expect(refusals(set(claims, { containers: [device], volumes: [{ name: 'www', emptyDir: {} }] }))).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      'an empty selector',
      set({ selector: {} }),
      ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset'],
    ],
    [
      'a deadline',
      set({}, { containers: [{ name: 'a', image: 'i' }], activeDeadlineSeconds: 5 }),
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported'],
    ],
    [
      'a policy that is none',
      set({ podManagementPolicy: 'Odd' }),
      [`spec.podManagementPolicy: Invalid value: "Odd": must be 'OrderedReady' or 'Parallel'`],
    ],
    [
      'another retention',
      set({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Burn' } }),
      [
        'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Burn": supported values: "Retain", "Delete"',
      ],
    ],
    [
      'a rolling update of what is updated by hand',
      set({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
      [
        `spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'`,
      ],
    ],
    [
      'a claim without access modes',
      set({ volumeClaimTemplates: [{ ...claim('www'), spec: { resources: { requests: { storage: '1' } } } }] }),
      ['spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required'],
    ],
    [
      'a service that cannot be',
      set({ serviceName: 'a.b' }),
      ['spec.serviceName: Invalid value: "a.b": must not contain dots'],
    ],
  ])('refuses %s', (_name, body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('is named as its pods are: a DNS label', () => {
    expect(definition.nameRule).toBe('dns1123Label');
  });

  it('changes only what an update may change', () => {
    expect(updateRefusals(set({ replicas: 3, minReadySeconds: 5, revisionHistoryLimit: 2 }), set())).toEqual([]);
    expect(updateRefusals(set({ serviceName: 'other' }), set())).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });

  it('spares a template and claims that were stored before they were checked', () => {
    const stored = set({ serviceName: 'a.b', volumeClaimTemplates: [{ metadata: { name: 'www' } }] }, mounting('lost'));
    const scaled = set(
      { serviceName: 'a.b', volumeClaimTemplates: [{ metadata: { name: 'www' } }], replicas: 3 },
      mounting('lost'),
    );
    expect(updateRefusals(scaled, stored)).toEqual([]);
    expect(updateRefusals(set({}, mounting('lost')), set())).toEqual([
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "lost"',
    ]);
  });

  it('drops maxUnavailable, which 1.34 does not know by default, unless it was there', () => {
    const limited = set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } });
    expect(created(limited).spec?.['updateStrategy']).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 0 },
    });
    expect(updateRefusals(set({ updateStrategy: { rollingUpdate: { maxUnavailable: '0%' } } }), limited)).toEqual([
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "0%": cannot be 0',
    ]);
  });

  it('counts in its own words', () => {
    const status = { replicas: 2, readyReplicas: 1, availableReplicas: 2, collisionCount: 1 };
    expect(statusRefusals({ ...set(), status }, { ...set(), status: { collisionCount: 2 } })).toEqual([
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
      'status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
  });

  it('warns of a history without end', () => {
    expect(warnings(set({ revisionHistoryLimit: -1 }))).toEqual([
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    ]);
  });
});
