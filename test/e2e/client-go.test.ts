/** client-go, in two versions: its typed clients in protobuf alone, and a controller with all that one is made of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/resources/protobuf/fields/index.ts';
import { fieldsOf } from '../../src/resources/protobuf/parse-fields.ts';
import { BUILD_MS, CLIENT_GO_VERSIONS, ClientGo, K9S_CLIENT_GO, missingClientGo } from '../support/client-go.ts';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { podManifest } from '../support/manifests.ts';
import { richObjects } from '../support/rich-objects.ts';
import { until } from '../support/until.ts';

interface FieldNumber {
  readonly name: string;
  readonly number: number;
  /** A scalar that may be nil. */
  readonly pointer: boolean;
  readonly inline: boolean;
}
const byNumber = (fields: readonly FieldNumber[]) => [...fields].sort((a, b) => a.number - b.number);

describe.skipIf((missing ?? missingClientGo()) !== undefined)(modeTitle('client-go'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
  });
  afterAll(() => kubectl.close());

  describe.each(CLIENT_GO_VERSIONS)('%s', (version) => {
    let client: ClientGo;
    const namespace = `go-${version.replace('.', '-')}`;
    const run = <T>(scenario: string) => client.run<T>(scenario, flotilla().kubeconfig, namespace);
    beforeAll(async () => {
      client = await ClientGo.build(version);
      await kubectl.run('create', 'namespace', namespace);
    }, BUILD_MS);
    afterAll(() => client.close());

    it('creates, reads, lists, watches and deletes in protobuf alone', async () => {
      await kubectl.apply(podManifest('box', namespace));
      await kubectl.run('-n', namespace, 'wait', 'pod/box', '--for=condition=Ready');
      const { saw, stderr } = await run<{ lists: Record<string, number>; [name: string]: unknown }>('protobuf');
      expect(saw['other']).toBe(0);
      // Of the list of endpoints; nothing else is complained of.
      expect(stderr).toMatch(
        /^I.* "Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice"\n$/,
      );
      expect(saw).toMatchObject({
        created: { k: 'v', empty: '' },
        watched: { type: 'ADDED', same: true },
        managedFields: 1,
        conflict: true,
        invalid: true,
        missing: 'configmaps "nothing" not found',
        user: true,
        pods: [expect.stringMatching(/^box Running /)],
        partial: 1,
      });
      const listed = async (resource: string): Promise<number> =>
        (await kubectl.run('get', resource, '-A', '-o', 'name')).trim().split('\n').length;
      for (const kind of ['nodes', 'namespaces', 'leases', 'deployments', 'priorityclasses'] as const) {
        expect([kind, saw.lists[kind]]).toEqual([kind, await listed(kind)]);
      }
    });

    it('numbers the fields of every message as the tables here do', async () => {
      const { saw: theirs } = await run<Record<string, readonly FieldNumber[]>>('messages');
      // Aggregated APIs are not client-go's.
      const ours = [...FIELDS.keys()].filter((component) => !component.startsWith('io.k8s.kube-aggregator.'));
      for (const component of ours) {
        const known = fieldsOf(component).map(({ name, number, form }) => ({
          ...{ name, number, pointer: form === 'pointer', inline: form === 'inline' },
        }));
        // Later versions have more of them.
        const same = (theirs[component] ?? []).filter(
          ({ name }) => version === '0.34' || known.some((field) => field.name === name),
        );
        expect([component, byNumber(known)]).toEqual([component, byNumber(same)]);
      }
      expect(ours.length).toBeGreaterThan(300);
    });

    it('reads the same of everything in JSON and in protobuf', async () => {
      await kubectl.apply({ apiVersion: 'v1', kind: 'List', items: richObjects(namespace) });
      const scheduled = '--for=jsonpath={.status.currentNumberScheduled}=10';
      await kubectl.run('-n', namespace, 'wait', 'daemonset/rich', scheduled, '--timeout=30s');
      const { saw } = await run<{ compared: Record<string, number>; different: string[] }>('same');
      expect(saw.different).toEqual([]);
      const kinds = richObjects(namespace).map((object) => `${(object as { kind: string }).kind.toLowerCase()}s`);
      const missed = kinds.filter(
        (kind) => !Object.keys(saw.compared).some((name) => name.startsWith(kind.slice(0, 6))),
      );
      expect(missed).toEqual([]);
      await kubectl.run('-n', namespace, 'delete', 'daemonset,statefulset,job,cronjob', 'rich', '--wait=false');
    });

    it('runs a controller: informer, queue, apply, owners, finalizers, events', async () => {
      const { saw, stderr } = await run<{ watchLists: number }>('controller');
      expect(saw).toMatchObject({
        ended: 'kept',
        owner: 'ConfigMap',
        managers: ['copier Apply'],
        event: 'copier: copied to a secret',
        left: 0,
      });
      // Since 0.35 an informer streams its first list.
      expect(saw.watchLists).toBe(version === K9S_CLIENT_GO ? 1 : 0);
      expect(stderr).toBe('');
    });

    it('elects a leader, and another when the first lets go', async () => {
      const { saw } = await run('leader');
      expect(saw).toEqual({ order: ['first', 'second'], holders: ['first', 'second'], transitions: 1 });
    });

    it('scales what it knows only the kind of', async () => {
      expect((await run('scale')).saw).toEqual({ selector: 'app=scaled', patched: 0, nodes: 10 });
    });

    it('follows metadata alone', async () => {
      expect((await run('metadata')).saw).toEqual({ before: '1', uid: true, protobuf: true });
    });

    it('lists in pages, and waits for what a watch tells', async () => {
      const names = ['p1', 'p2', 'p3', 'p4', 'p5'];
      expect((await run('parts')).saw).toEqual({ pages: 3, names, ready: true });
    });

    it('applies, and extracts from a list what it had applied', async () => {
      expect((await run('fields')).saw).toEqual({ extracted: true, conflict: true, lost: true });
    });
  });

  describe(`k9s by client-go ${K9S_CLIENT_GO}`, () => {
    let client: ClientGo;
    const namespace = 'k9s';
    const run = async <T>(scenario: string): Promise<T> =>
      (await client.run<T>(`k9s-${scenario}`, flotilla().kubeconfig, namespace)).saw;
    beforeAll(async () => {
      client = await ClientGo.build(K9S_CLIENT_GO);
      await kubectl.run('create', 'namespace', namespace);
    }, BUILD_MS);
    afterAll(() => client.close());

    it('starts: version, metrics, preferred resources, a review a verb', async () => {
      const { served, ...saw } = await run<{ served: string[] }>('start');
      expect(saw).toEqual({
        version: '1.34',
        metrics: true,
        cached: true,
        allowed: true,
        reviews: 6,
        protobufReviews: 6,
      });
      expect(served).toEqual(
        expect.arrayContaining(['v1/pods', 'apps/v1/deployments', 'autoscaling/v2/horizontalpodautoscalers']),
      );
      expect(served).toContain('fleet.flotilla.dev/v1alpha1/nodepools');
      expect(served).not.toContain('autoscaling/v1/horizontalpodautoscalers');
    });

    it('browses by dynamic informers, whose first lists are streamed', async () => {
      const saw = await run<{ counts: object }>('browse');
      expect(saw).toMatchObject({ first: 'add browsed', watchLists: 4, lists: 0 });
      expect(saw.counts).toMatchObject({ nodes: 10, nodepools: 1 });
    });

    it('reads tables, with metadata and with whole objects', async () => {
      interface Shown {
        readonly columns: string[];
        readonly rows: unknown[][];
        readonly kinds: string[];
        readonly specs: number;
      }
      const { nodes, whole, one, pools } = await run<Record<'nodes' | 'whole' | 'one' | 'pools', Shown>>('tables');
      expect(nodes.columns.slice(0, 3)).toEqual(['Name', 'Status', 'Roles']);
      expect(new Set(nodes.kinds)).toEqual(new Set(['PartialObjectMetadata']));
      expect([nodes.rows.length, nodes.specs]).toEqual([10, 0]);
      expect(new Set(whole.kinds)).toEqual(new Set(['Node']));
      expect([whole.rows.length, whole.specs]).toEqual([10, 10]);
      expect([one.kinds, one.rows[0]?.slice(0, 2)]).toEqual([['Namespace'], ['k9s', 'Active']]);
      expect([pools.kinds, pools.rows[0]?.[0]]).toEqual([['PartialObjectMetadata'], 'default']);
    });

    it('shows what nodes and pods use', async () => {
      const { nodes, ...saw } = await run<{ nodes: string[] }>('metrics');
      expect(nodes).toHaveLength(10);
      expect(saw).toEqual({ pods: 1, bytes: expect.toSatisfy((bytes: number) => bytes > 0) });
    });

    it('follows logs', async () => {
      const { lines, refused } = await run<{ lines: string[]; refused: string }>('logs');
      expect(lines).toHaveLength(4);
      expect(lines).toEqual(Array(4).fill(expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+Z .+/)));
      expect(refused).toBe('container none is not valid for pod talking');
    });

    it('opens a shell: over a WebSocket, and over SPDY', async () => {
      const ended = { stdout: 'out\n', stderr: 'err\n', code: 3 };
      const input = { stdout: 'in\n', stderr: '', code: 0 };
      expect(await run('shell')).toEqual({ socket: ended, spdy: ended, input, fellBack: false });
    });

    it('forwards ports: within a WebSocket, and over SPDY', async () => {
      const saw = await run('forward');
      const pages = [expect.stringContaining('"path":"/one"'), expect.stringContaining('"path":"/two"')];
      expect(saw).toEqual({ tunnelled: pages, spdy: pages, fellBack: false });
    });

    it('scales, restarts, pauses and changes images', async () => {
      expect(await run('workloads')).toEqual({
        images: { 'busybox:2': 3 },
        paused: true,
        restarted: true,
        revision: '3',
      });
    });

    it('edits, and overwrites nothing that it has not seen', async () => {
      expect(await run('edit')).toEqual({ value: 'after', newer: true, conflict: true });
    });

    it('deletes by every policy, and at once', async () => {
      expect(await run('delete')).toEqual({
        replicaSetsLeft: { orphan: 1, background: 0, foreground: 0 },
        killed: true,
      });
    });

    it('finds the releases of helm', async () => {
      expect(await run('helm')).toEqual({ releases: 1, type: 'helm.sh/release.v1', release: 'H4sI' });
    });

    it('cordons, drains by eviction, uncordons', async () => {
      expect(await run('nodes')).toEqual({
        cordoned: true,
        group: 'policy/v1',
        evicted: true,
        elsewhere: 2,
        uncordoned: true,
      });
    });

    it('misses nothing of what it watches when the server is killed and comes back', async () => {
      const maps = 'survives';
      await kubectl.run('create', 'namespace', maps);
      const create = (name: string) => kubectl.run('-n', maps, 'create', 'configmap', name);
      const surviving = client.run<{ events: string[] }>('survive', flotilla().kubeconfig, maps);
      await until(async () => (await kubectl.outcome(['-n', maps, 'get', 'configmap', 'synced'])).code === 0);
      await create('before');
      await create('ends');
      await flotilla().kill('SIGKILL');
      await flotilla().start();
      await create('after');
      await kubectl.run('-n', maps, 'delete', 'configmap', 'ends');
      await create('last');
      const { saw } = await surviving;
      expect(saw).toMatchObject({ interrupted: true });
      // Each once. Where the first try finds the server half up, it lists again, and deletions come last.
      expect(saw.events.filter((event) => !event.includes('kube-root-ca.crt')).sort()).toEqual(
        ['add synced', 'add before', 'add ends', 'add after', 'delete ends', 'add last'].sort(),
      );
    });
  });
});
