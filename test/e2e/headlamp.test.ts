/** What Headlamp sends, in its order, headers and subprotocols, with the effects checked. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { CHANNELS, Headlamp, type HeadlampSocket } from '../support/headlamp.ts';
import { deploymentManifest, podManifest, simulation } from '../support/manifests.ts';
import { until } from '../support/until.ts';

/** An APIGroupDiscoveryList. */
interface Discovered {
  readonly items: readonly {
    readonly metadata?: { readonly name: string };
    readonly versions: readonly [
      {
        readonly version: string;
        readonly resources: readonly {
          readonly resource: string;
          readonly verbs: readonly string[];
          readonly responseKind: { readonly kind: string };
        }[];
      },
    ];
  }[];
}

const NS = 'headlamp';
const CORE = `/api/v1/namespaces/${NS}`;
const APPS = `/apis/apps/v1/namespaces/${NS}`;
const STRICT = '?fieldValidation=Strict';
const STDOUT = 1;
const ERROR = 3;
const RESIZE = 4;

describe.skipIf(missing !== undefined)(modeTitle('Headlamp'), () => {
  const flotilla = useFlotilla();
  let headlamp: Headlamp;
  beforeAll(async () => {
    headlamp = new Headlamp(await flotilla().access());
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NS } };
    expect((await headlamp.send('POST', `/api/v1/namespaces${STRICT}`, namespace)).status).toBe(201);
  });
  afterEach(() => headlamp.closeSockets());
  afterAll(() => headlamp.close());

  const configMap = (name: string, data: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NS }, data },
  });
  const pod = async (name: string) => (await headlamp.get(`${CORE}/pods/${name}`)).body;
  async function startPod(name: string, more: object = {}, metadata: object = {}): Promise<void> {
    const answer = await headlamp.send('POST', `${CORE}/pods${STRICT}`, podManifest(name, NS, more, metadata));
    expect(answer.status).toBe(201);
    await until(async () => (await pod(name)).status.phase === 'Running');
  }
  const told = (socket: HeadlampSocket, count: number) =>
    until(
      () => socket.events().length >= count && socket.events(),
      () => `only ${socket.frames.length} events came`,
    );
  const summary = (socket: HeadlampSocket) => socket.events().map(({ type, object }) => [type, object.metadata.name]);

  it('signs in: health, rules, access, version, who it is', async () => {
    expect(await headlamp.text('/healthz')).toEqual({ status: 200, body: 'ok' });
    const reviews = '/apis/authorization.k8s.io/v1';
    const rules = await headlamp.send('POST', `${reviews}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } });
    expect(rules).toMatchObject({ status: 201, body: { status: { resourceRules: [{ verbs: ['*'] }] } } });
    const access = await headlamp.send('POST', `${reviews}/selfsubjectaccessreviews`, {
      ...{ kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' },
      spec: { resourceAttributes: { verb: 'list', resource: 'pods', group: '', version: 'v1' } },
    });
    expect(access).toMatchObject({ status: 201, body: { status: { allowed: true } } });
    expect((await headlamp.get('/version')).body).toMatchObject({ major: '1', minor: '34' });
    const me = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const who = await headlamp.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', me);
    expect(who.body.status.userInfo.username).toBe('admin');
  });

  it('discovers what can be listed, in its own order of parameters', async () => {
    const accept = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';
    const found: string[] = [];
    for (const path of ['/api', '/apis']) {
      for (const { metadata, versions } of (await headlamp.get<Discovered>(path, { accept })).body.items) {
        for (const { resource, verbs, responseKind } of versions[0].resources) {
          if (verbs.includes('list') && !responseKind.kind.endsWith('List')) {
            found.push([metadata?.name ?? '', versions[0].version, resource].filter((part) => part !== '').join('/'));
          }
        }
      }
    }
    const legacy = await headlamp.get('/apis');
    const preferred = legacy.body.groups.map(
      ({ preferredVersion: { groupVersion } }) => [`/apis/${groupVersion}`, groupVersion] as const,
    );
    const expected: string[] = [];
    for (const [path, version] of [['/api/v1', 'v1'] as const, ...preferred]) {
      const { resources } = (await headlamp.get(path)).body;
      expected.push(...resources.filter(({ verbs }) => verbs.includes('list')).map(({ name }) => `${version}/${name}`));
    }
    expect(found.sort()).toEqual(expected.sort());
    expect(found).toContain('fleet.flotilla.dev/v1alpha1/nodepools');
  });

  it('lists, and watches through its proxy: a text frame an event', async () => {
    const path = `${CORE}/configmaps`;
    const { body: list } = await headlamp.get(`${path}?limit=1000`);
    expect(list.kind).toBe('ConfigMapList');
    const socket = await headlamp.socket(`${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
    expect(socket.socket.protocol).toBe('base64.binary.k8s.io');
    const made = await headlamp.send('POST', `${path}${STRICT}`, configMap('followed', { key: 'a' }));
    expect(made.status).toBe(201);
    await headlamp.send('PUT', `${path}/followed${STRICT}`, { ...made.body, data: { key: 'b' } });
    await headlamp.send('DELETE', `${path}/followed`);
    const events = await told(socket, 3);
    expect(events.map(({ type, object }) => [type, object.metadata.name, object.data.key])).toEqual([
      ['ADDED', 'followed', 'a'],
      ['MODIFIED', 'followed', 'b'],
      ['DELETED', 'followed', 'b'],
    ]);
  });

  it('watches through its multiplexer, and from a page with the token as subprotocol', async () => {
    const { server } = await flotilla().access();
    const watch = `${CORE}/secrets?watch=1&resourceVersion=${(await headlamp.get(`${CORE}/secrets`)).body.metadata.resourceVersion}`;
    const sockets = [await headlamp.multiplexed(watch), await headlamp.fromPage(watch, server)];
    expect(sockets.map(({ socket }) => socket.protocol)).toEqual(['', 'base64.binary.k8s.io']);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'told', namespace: NS } };
    expect((await headlamp.send('POST', `${CORE}/secrets${STRICT}`, secret)).status).toBe(201);
    for (const socket of sockets) {
      await told(socket, 1);
      expect(summary(socket)).toEqual([['ADDED', 'told']]);
    }
    await expect(headlamp.fromPage(watch, 'https://elsewhere.example')).rejects.toThrow('refused: 403');
  });

  it('watches one object by its name', async () => {
    const path = `${CORE}/configmaps`;
    for (const name of ['one', 'another']) {
      await headlamp.send('POST', `${path}${STRICT}`, configMap(name));
    }
    expect((await headlamp.get(`${path}/one`)).body.metadata.name).toBe('one');
    const socket = await headlamp.socket(`${path}?watch=1&fieldSelector=metadata.name%3Done`);
    await told(socket, 1);
    await headlamp.send('PATCH', `${path}/another?pretty=true`, { data: { key: 'x' } });
    await headlamp.send('PATCH', `${path}/one?pretty=true`, { data: { key: 'x' } });
    await told(socket, 2);
    expect(summary(socket)).toEqual([
      ['ADDED', 'one'],
      ['MODIFIED', 'one'],
    ]);
  });

  it('applies: a POST, a PUT where that conflicts, strictly, and dry first', async () => {
    const { resources } = (await headlamp.get('/api/v1')).body;
    const path = `${CORE}/${resources.find(({ kind }) => kind === 'ConfigMap')?.name}`;
    const dry = await headlamp.send('POST', `${path}${STRICT}&dryRun=All`, configMap('applied', { key: 'dry' }));
    expect([dry.status, (await headlamp.get(`${path}/applied`)).status]).toEqual([201, 404]);
    expect((await headlamp.send('POST', `${path}${STRICT}`, configMap('applied', { key: 'a' }))).status).toBe(201);
    const again = await headlamp.send('POST', `${path}${STRICT}`, configMap('applied', { key: 'b' }));
    expect(again).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
    const put = await headlamp.send('PUT', `${path}/applied${STRICT}`, configMap('applied', { key: 'b' }));
    expect([put.status, (await headlamp.get(`${path}/applied`)).body.data]).toEqual([200, { key: 'b' }]);
    const wrong = await headlamp.send('POST', `${path}${STRICT}`, { ...configMap('wrong'), dta: {} });
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('unknown field "dta"')]);
  });

  it('scales, restarts and patches a deployment', async () => {
    const made = await headlamp.send('POST', `${APPS}/deployments${STRICT}`, deploymentManifest('web', NS, 1));
    expect(made.status).toBe(201);
    const path = `${APPS}/deployments/web`;
    expect((await headlamp.get(`${path}/scale`)).body.spec.replicas).toBe(1);
    await headlamp.send('PATCH', `${path}/scale${STRICT}`, { spec: { replicas: 2 } });
    const metadata = { name: 'web', namespace: NS };
    const scaled = await headlamp.send('PUT', `${path}/scale${STRICT}`, { metadata, spec: { replicas: 3 } });
    expect(scaled).toMatchObject({ status: 200, body: { kind: 'Scale', spec: { replicas: 3 } } });
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    await headlamp.send('PATCH', `${path}?pretty=true`, { spec: { template: { metadata: { annotations } } } });
    const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'busybox:2' }];
    const patched = await headlamp.send('PATCH', `${path}?pretty=true`, image, 'application/json-patch+json');
    expect(patched.body.spec.template).toMatchObject({
      metadata: { annotations },
      spec: { containers: [{ image: 'busybox:2' }] },
    });
    await until(async () => {
      const { metadata: meta, status } = (await headlamp.get(path)).body;
      return (
        status.observedGeneration === meta.generation && status.updatedReplicas === 3 && status.readyReplicas === 3
      );
    });
  });

  it('reads logs: base64 in text frames, and lines over HTTP', async () => {
    await startPod('talking', {}, simulation({ logs: { everyMs: 50, lines: ['a line'] } }));
    const log = `${CORE}/pods/talking/log?container=main`;
    const socket = await headlamp.socket(`${log}&previous=false&timestamps=true&follow=true&tailLines=100`);
    const text = () => Buffer.concat(socket.frames.map((frame) => Buffer.from(String(frame), 'base64'))).toString();
    await until(() => text().split(' a line\n').length > 3);
    expect(socket.frames.every((frame) => typeof frame === 'string')).toBe(true);
    expect(text()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z /);
    const { statusCode, body } = await headlamp.stream(`${log}&follow=true&timestamps=true&lines=100`);
    let read = '';
    for await (const chunk of body) {
      read += String(chunk);
      if (read.split(' a line\n').length > 3) {
        break;
      }
    }
    expect([statusCode, read]).toEqual([200, expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+Z .*\n/)]);
  });

  it('opens a terminal: the shell that is there, resized, to its end', async () => {
    await startPod('box');
    const exec = (shell: string) =>
      headlamp.socket(
        `${CORE}/pods/box/exec?container=main&command=${shell}&stdin=1&stderr=1&stdout=1&tty=1`,
        CHANNELS,
      );
    const absent = await exec('powershell.exe');
    await absent.printed(ERROR, /\}$/);
    // By these three it goes on to the next shell.
    expect(JSON.parse(absent.output(ERROR))).toMatchObject({ code: 500, status: 'Failure', reason: 'InternalError' });
    const shell = await exec('sh');
    expect(shell.socket.protocol).toBe('v4.channel.k8s.io');
    await until(() => shell.frames.length > 0);
    shell.send(RESIZE, '{"Width":100,"Height":40}');
    shell.send(0, 'stty size\r');
    await shell.printed(STDOUT, '40 100');
    shell.send(0, 'exit\r');
    await until(() => shell.isClosed);
    expect(JSON.parse(shell.output(ERROR))).toEqual({ metadata: {}, status: 'Success' });
  });

  it('debugs a pod by an ephemeral container, and attaches to it', async () => {
    await startPod('debugged');
    const container = { name: 'debug', image: 'busybox', command: ['sh'], stdin: true, stdinOnce: true, tty: true };
    const ephemeralContainers = [{ ...container, imagePullPolicy: 'IfNotPresent' }];
    const patch = { spec: { ephemeralContainers } };
    expect((await headlamp.send('PATCH', `${CORE}/pods/debugged/ephemeralcontainers`, patch)).status).toBe(200);
    await until(
      async () => (await pod('debugged')).status.ephemeralContainerStatuses?.[0]?.state.running !== undefined,
    );
    const attach = `${CORE}/pods/debugged/attach?container=debug&stdin=true&stderr=true&stdout=true&tty=true`;
    const shell = await headlamp.socket(attach, CHANNELS);
    shell.send(0, 'hostname\r');
    await shell.printed(STDOUT, /\ndebugged\r\n/);
  });

  it('opens a shell on a node, and cleans up after it', async () => {
    const node = (await headlamp.get('/api/v1/nodes')).body.items[0].metadata.name as string;
    const name = `node-debugger-${node}-abcde`;
    const created = await headlamp.send('POST', `/api/v1/namespaces/kube-system/pods${STRICT}`, {
      ...{ kind: 'Pod', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' } },
      spec: {
        ...{ nodeName: node, restartPolicy: 'Never', terminationGracePeriodSeconds: 30 },
        ...{ hostPID: true, hostIPC: true, hostNetwork: true, tolerations: [{ operator: 'Exists' }] },
        containers: [
          {
            ...{ name: 'debugger', image: 'docker.io/library/alpine', command: ['sh'] },
            ...{ terminationMessagePolicy: 'File', tty: true, stdin: true, stdinOnce: true },
            volumeMounts: [{ mountPath: '/host', name: 'host-root' }],
          },
        ],
        volumes: [{ name: 'host-root', hostPath: { path: '/', type: 'Directory' } }],
      },
    });
    expect(created.status).toBe(201);
    const path = `/api/v1/namespaces/kube-system/pods/${name}`;
    const attach = `${path}/attach?container=debugger&stdin=1&stderr=1&stdout=1&tty=1`;
    // It does not wait for the pod, but tries again when the socket ends.
    const shell = await until(async () => {
      const socket = await headlamp.socket(attach, CHANNELS).catch(() => undefined);
      if (socket === undefined) {
        return undefined;
      }
      socket.send(0, 'hostname\r');
      await until(() => socket.isClosed || socket.output(STDOUT).includes(`\n${node}\r\n`));
      return socket.isClosed ? undefined : socket;
    });
    shell.send(0, 'exit\r');
    await until(() => shell.isClosed);
    expect((await headlamp.send('DELETE', path)).status).toBe(200);
    await until(async () => (await headlamp.get(path)).status === 404);
  });

  it('cordons and drains a node by its backend, and uncordons it', async () => {
    await headlamp.send('POST', `${APPS}/deployments${STRICT}`, deploymentManifest('moving', NS, 2));
    const running = async () => {
      const { items } = (await headlamp.get(`${CORE}/pods?labelSelector=app%3Dmoving`)).body;
      return items.filter(({ status }) => status.phase === 'Running');
    };
    const [moving] = await until(async () => ((await running()).length === 2 ? running() : undefined));
    const nodeName = moving?.spec.nodeName;
    const path = `/api/v1/nodes/${nodeName}`;
    const setUnschedulable = async (unschedulable: boolean) => {
      const { body: node } = await headlamp.get(path);
      return headlamp.send('PUT', path, { ...node, spec: { ...node.spec, unschedulable } });
    };
    await until(async () => (await setUnschedulable(true)).status === 200);
    const { items } = (await headlamp.get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName}`)).body;
    for (const { metadata } of items) {
      const of = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
      expect((await headlamp.send('DELETE', of, { gracePeriodSeconds: 0 })).status).toBe(200);
    }
    await until(async () => (await running()).length === 2);
    expect((await running()).map((moved: { spec: { nodeName: string } }) => moved.spec.nodeName)).not.toContain(
      nodeName,
    );
    await until(async () => (await setUnschedulable(false)).status === 200);
    expect((await headlamp.get(path)).body.spec.unschedulable).toBeUndefined();
  });

  it('shows metrics, events and the schema', async () => {
    const metrics = '/apis/metrics.k8s.io/v1beta1';
    expect((await headlamp.get(`${metrics}/nodes`)).body.items).toHaveLength(10);
    await until(async () => (await headlamp.get(`${metrics}/namespaces/${NS}/pods`)).body.items.length > 0);
    const events = await headlamp.get(`/api/v1/events?limit=2000`);
    expect(events.body.items.some(({ reason }: { reason: string }) => reason === 'Scheduled')).toBe(true);
    const { status, body: schema } = await headlamp.get('/openapi/v2', { accept: '*/*' });
    const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name]) => name);
    const dangling = refs.filter((name) => name === undefined || schema.definitions[name] === undefined);
    expect([status, refs.length > 1_000, dangling]).toEqual([200, true, []]);
  });

  it('deletes, with options in the query and no body', async () => {
    const deployment = deploymentManifest('gone', NS, 1);
    await headlamp.send('POST', `${APPS}/deployments${STRICT}`, deployment);
    const sets = async () => (await headlamp.get(`${APPS}/replicasets?labelSelector=app%3Dgone`)).body.items.length;
    await until(async () => (await sets()) === 1);
    const query = '?propagationPolicy=Orphan&gracePeriodSeconds=0';
    expect((await headlamp.send('DELETE', `${APPS}/deployments/gone${query}`)).status).toBe(200);
    await until(async () => (await headlamp.get(`${APPS}/deployments/gone`)).status === 404);
    expect(await sets()).toBe(1);
    await startPod('evicted');
    const eviction = { metadata: { name: 'evicted', namespace: NS } };
    expect((await headlamp.send('POST', `${CORE}/pods/evicted/eviction`, eviction)).status).toBe(201);
    await until(async () => (await headlamp.get(`${CORE}/pods/evicted`)).status === 404);
    await startPod('killed');
    const kill = `${CORE}/pods/killed?gracePeriodSeconds=0`;
    expect((await headlamp.send('DELETE', `${kill}&dryRun=All`)).status).toBe(200);
    expect((await pod('killed')).metadata.deletionTimestamp).toBeUndefined();
    await headlamp.send('DELETE', kill);
    expect((await headlamp.get(`${CORE}/pods/killed`)).status).toBe(404);
  });
});
