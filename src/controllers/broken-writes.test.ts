/**
 * Controllers whose writes fail at random, before or after they took effect, end up where they do when none fails. The
 * others have tests of their own for that: fleet-faults, job-faults, statefulset-faults, daemonset-faults.
 */
import { describe, expect, test } from 'vitest';
import { breakWrites } from '../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../test/support/fleet-world.ts';
import { seededRandom } from '../timing/random.ts';
import type { JsonObject } from '../values/object.ts';
import { CONTROLLERS } from './index.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const BROKEN_MS = 30_000;
const HEALED_MS = 90_000;

interface Scene {
  readonly name: string;
  /** Names of controllers. */
  readonly of: readonly string[];
  readonly begin: (fleet: FleetWorld) => unknown;
  /** In the midst of the broken writes; these are not. */
  readonly later?: (fleet: FleetWorld) => unknown;
  /** What is compared, free of names and times that chance gives. */
  readonly seen: (fleet: FleetWorld) => unknown;
  /** How it must look, so that two runs that did nothing do not agree. */
  readonly wanted: unknown;
}

const named = (fleet: FleetWorld, id: string): string[] =>
  fleet
    .all(id)
    .map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`)
    .sort();
const pod = (name: string, spec: JsonObject = {}, labels = { app: 'web' }) => ({
  ...{ kind: 'Pod', metadata: { name, namespace: 'default', labels } },
  spec: { nodeName: 'n1', containers: [{ name: 'c' }], ...spec },
});
const namespace = (name: string) => ({
  ...{ kind: 'Namespace', metadata: { name }, spec: { finalizers: ['kubernetes'] } },
});
const claim = (name: string) => ({
  ...{ kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' }, status: { phase: 'Pending' } },
  spec: {
    ...{ accessModes: ['ReadWriteOnce'], storageClassName: 'now' },
    resources: { requests: { storage: '1Gi' } },
  },
});
const ephemeral = {
  ...{ name: 'data' },
  ephemeral: { volumeClaimTemplate: { spec: claim('any').spec } },
};

const SCENES: readonly Scene[] = [
  {
    name: 'endpoints and their slices',
    of: ['endpoints', 'endpointslice', 'garbage-collector'],
    begin: (fleet) => {
      for (const name of ['web', 'gone']) {
        fleet.add('services', {
          ...{ kind: 'Service', metadata: { name, namespace: 'default', labels: {} } },
          spec: {
            ...{ clusterIP: '10.1.1.1', ipFamilies: ['IPv4'], selector: { app: 'web' } },
            ports: [{ name: '', port: 80, targetPort: 8080, protocol: 'TCP' }],
          },
        });
      }
      for (let index = 0; index < 4; index += 1) {
        fleet.add('pods', pod(`p${index}`));
      }
    },
    later: async (fleet) => {
      await fleet.delete('services', 'default', 'gone');
      await fleet.delete('pods', 'default', 'p0', 0);
      fleet.add('pods', pod('p4'));
    },
    seen: (fleet) => ({
      endpoints: named(fleet, 'endpoints'),
      slices: (fleet.all(SLICES) as (Loose & { endpoints: { targetRef: { name: string } }[] })[])
        .map(({ metadata, endpoints }) => [
          metadata.labels?.['kubernetes.io/service-name'],
          endpoints.map(({ targetRef }) => targetRef.name).sort(),
        ])
        .sort(),
    }),
    wanted: { endpoints: ['default/web'], slices: [['web', ['p1', 'p2', 'p3', 'p4']]] },
  },
  {
    name: 'what every namespace has, and tokens of accounts',
    of: ['service-account', 'service-account-token', 'root-ca-certificate-publisher'],
    begin: (fleet) => {
      fleet.add('namespaces', namespace('a'));
      fleet.add('serviceaccounts', { metadata: { name: 'robot', namespace: 'a' } });
      for (const account of ['default', 'robot']) {
        fleet.add('secrets', {
          metadata: {
            ...{ name: `of-${account}`, namespace: 'a' },
            annotations: { 'kubernetes.io/service-account.name': account },
          },
          type: 'kubernetes.io/service-account-token',
        });
      }
    },
    later: async (fleet) => {
      fleet.add('namespaces', namespace('b'));
      await fleet.delete('serviceaccounts', 'a', 'robot');
    },
    seen: (fleet) => ({
      accounts: named(fleet, 'serviceaccounts'),
      maps: named(fleet, 'configmaps'),
      robots: named(fleet, 'secrets').filter((name) => name.includes('robot')),
    }),
    wanted: {
      ...{ accounts: ['a/default', 'b/default'], maps: ['a/kube-root-ca.crt', 'b/kube-root-ca.crt'] },
      robots: [],
    },
  },
  {
    name: 'a namespace that ends',
    of: ['namespace'],
    begin: (fleet) => {
      for (const name of ['team', 'other']) {
        fleet.add('namespaces', namespace(name));
        fleet.add('configmaps', { metadata: { name: 'settings', namespace: name } });
        fleet.add('pods', { metadata: { name: 'p', namespace: name }, spec: { nodeName: 'n1', containers: [] } });
      }
    },
    later: (fleet) => fleet.delete('namespaces', '', 'team'),
    seen: (fleet) => ['namespaces', 'configmaps', 'pods'].map((id) => named(fleet, id)),
    wanted: [['/other'], ['other/settings'], ['other/p']],
  },
  {
    name: 'claims, their volumes and ephemeral ones',
    of: ['persistentvolume-binder', 'ephemeral-volume', 'scheduler'],
    begin: (fleet) => {
      fleet.add('storageclasses.storage.k8s.io', {
        ...{ kind: 'StorageClass', metadata: { name: 'now' }, provisioner: 'csi.example.com' },
        ...{ volumeBindingMode: 'Immediate', reclaimPolicy: 'Delete' },
      });
      fleet.add('persistentvolumeclaims', claim('first'));
    },
    later: (fleet) => {
      fleet.add('persistentvolumeclaims', claim('second'));
      fleet.add('pods', pod('p', { volumes: [ephemeral] }));
    },
    seen: (fleet) => ({
      claims: fleet
        .all('persistentvolumeclaims')
        .map(({ metadata, status }) => `${metadata.name} ${status?.phase}`)
        .sort(),
      volumes: fleet.all('persistentvolumes').map(({ status }) => status?.phase),
    }),
    wanted: {
      claims: ['first Bound', 'p-data Bound', 'second Bound'],
      volumes: ['Bound', 'Bound', 'Bound'],
    },
  },
  {
    name: 'jobs that have had their time',
    of: ['job', 'job-ttl', 'garbage-collector'],
    begin: (fleet) => {
      fleet.startPod = () => 'Succeeded';
      for (const [name, ttlSecondsAfterFinished] of [
        ['brief', 5],
        ['kept', 3_600],
      ] as const) {
        fleet.add('jobs.batch', {
          ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'default' } },
          spec: {
            ...{ parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed' },
            ...{ ttlSecondsAfterFinished, selector: { matchLabels: { job: name } } },
            template: {
              metadata: { labels: { job: name } },
              spec: { nodeName: 'n1', restartPolicy: 'Never', containers: [{ name: 'c' }] },
            },
          },
        });
      }
    },
    seen: (fleet) => ({
      jobs: fleet.all('jobs.batch').map(({ metadata, status }) => `${metadata.name} ${status?.succeeded}`),
      pods: fleet.all('pods').map(({ metadata }) => metadata.labels?.['job']),
    }),
    wanted: { jobs: ['kept 1'], pods: ['kept'] },
  },
  {
    name: 'pods of nodes that are gone, tokens that have expired',
    of: ['pod-gc', 'bootstrap-token'],
    begin: (fleet) => {
      fleet.add('nodes', { metadata: { name: 'n2' } });
      for (const nodeName of ['n1', 'n2', 'never']) {
        fleet.add('pods', pod(`on-${nodeName}`, { nodeName }));
      }
      for (const [name, seconds] of [
        ['short', 20],
        ['long', 3_600],
      ] as const) {
        const expiration = new Date(fleet.clock.now() + seconds * 1_000).toISOString().replace('.000', '');
        fleet.add('secrets', {
          ...{ metadata: { name, namespace: 'kube-system' }, type: 'bootstrap.kubernetes.io/token' },
          data: { expiration: Buffer.from(expiration).toString('base64') },
        });
      }
    },
    later: (fleet) => fleet.delete('nodes', '', 'n2'),
    seen: (fleet) => ['pods', 'secrets'].map((id) => named(fleet, id)),
    wanted: [['default/on-n1'], ['kube-system/long']],
  },
];

async function play({ of, begin, later, seen }: Scene, seed: number | undefined): Promise<unknown> {
  const controllers = CONTROLLERS.filter(({ name }) => of.some((one) => name === `controller/${one}`));
  expect(controllers).toHaveLength(of.length);
  const fleet = new FleetWorld(controllers);
  const random = seededRandom(seed ?? 1);
  let isBroken = seed !== undefined;
  let count = 0;
  const chance = (): number => {
    count += 1;
    return random.next();
  };
  breakWrites(fleet.registry, chance, () => isBroken);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
  await begin(fleet);
  await fleet.advance(BROKEN_MS / 2);
  isBroken = false;
  await later?.(fleet);
  isBroken = seed !== undefined;
  await fleet.advance(BROKEN_MS / 2);
  isBroken = false;
  await fleet.advance(HEALED_MS);
  fleet.stop();
  expect(count > 0).toBe(seed !== undefined);
  return seen(fleet);
}

describe.each(SCENES)('$name', (scene) => {
  test('where no write fails', async () => {
    expect(await play(scene, undefined)).toEqual(scene.wanted);
  });
  test.each([1, 2, 3, 4, 5])('with writes that fail, seed %i', async (seed) => {
    expect(await play(scene, seed)).toEqual(scene.wanted);
  });
});
