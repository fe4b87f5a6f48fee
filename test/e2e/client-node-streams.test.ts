/** @kubernetes/client-node, unmodified: all that it does over long connections, its patches, and its generic objects. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { podManifest, simulation } from '../support/manifests.ts';
import { until } from '../support/until.ts';

const namespace = 'client-node-streams';

/** What was written to it so far. */
function sink(): PassThrough & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}

describe.skipIf(missing !== undefined)(modeTitle('client-node over long connections'), () => {
  const flotilla = useFlotilla();
  const config = new k8s.KubeConfig();
  let core: k8s.CoreV1Api;
  let folder: string;

  beforeAll(async () => {
    config.loadFromFile(flotilla().kubeconfig);
    core = config.makeApiClient(k8s.CoreV1Api);
    folder = await mkdtemp(join(tmpdir(), 'flotilla-client-node-'));
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    const containers = [{ name: 'main', image: 'busybox', ports: [{ containerPort: 8080 }] }];
    const reads = [{ name: 'main', image: 'busybox', stdin: true }];
    const talks = simulation({ logs: { everyMs: 50, lines: ['a line'] } });
    await core.createNamespacedPod({ namespace, body: podManifest('box', namespace, { containers }, talks) });
    await core.createNamespacedPod({
      namespace,
      body: podManifest('reader', namespace, { containers: reads, restartPolicy: 'Never' }),
    });
    for (const name of ['box', 'reader']) {
      await until(async () => (await core.readNamespacedPod({ name, namespace })).status?.phase === 'Running');
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The status comes before its callback's return, and the output before the status. */
  async function run(command: string[], input?: string) {
    const [stdout, stderr] = [sink(), sink()];
    const stdin = input === undefined ? null : new PassThrough();
    const status = await new Promise<k8s.V1Status>((resolve, reject) => {
      const exec = new k8s.Exec(config);
      exec.exec(namespace, 'box', 'main', command, stdout, stderr, stdin, false, resolve).catch(reject);
      stdin?.end(input);
    });
    return { stdout: stdout.text(), stderr: stderr.text(), status };
  }

  it('Exec: outputs apart, exit codes, input to its end', async () => {
    const { stdout, stderr, status } = await run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect([stdout, stderr]).toEqual(['out\n', 'err\n']);
    expect(status).toMatchObject({
      ...{ status: 'Failure', reason: 'NonZeroExitCode' },
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    const repeated = await run(['cat'], 'one\ntwo');
    expect([repeated.stdout, repeated.status.status]).toEqual(['one\ntwo', 'Success']);
    const unknown = await run(['nonsense']);
    expect(unknown.status.message).toContain('executable file not found in $PATH');
  });

  it('Attach: what the container prints, and input to one that reads', async () => {
    const printed = sink();
    const socket = await new k8s.Attach(config).attach(namespace, 'box', 'main', printed, null, null, false);
    await until(() => printed.text().split('a line\n').length > 3);
    socket.close();
    const [echoed, input] = [sink(), new PassThrough()];
    await new k8s.Attach(config).attach(namespace, 'reader', 'main', echoed, null, input, false);
    input.end('hello\n');
    await until(() => echoed.text() === 'hello\n');
    // A program that has read all its input ends, and so does its pod.
    await until(
      async () => (await core.readNamespacedPod({ name: 'reader', namespace })).status?.phase === 'Succeeded',
    );
  });

  it('Log: follows until the container ends', async () => {
    const ends = simulation({ runMs: 3_000, logs: { everyMs: 100, lines: ['a line'] } });
    const body = podManifest('ends', namespace, { restartPolicy: 'Never' }, ends);
    await core.createNamespacedPod({ namespace, body });
    await until(async () => (await core.readNamespacedPod({ name: 'ends', namespace })).status?.phase === 'Running');
    const lines = sink();
    const log = new k8s.Log(config);
    await log.log(namespace, 'ends', 'main', lines, { follow: true });
    await until(() => lines.text().split('a line\n').length > 2);
    expect(lines.readableEnded).toBe(false);
    await until(() => lines.readableEnded);
    expect(lines.text()).toMatch(/exit code 0\n$/);
    const once = sink();
    await log.log(namespace, 'box', 'main', once, { tailLines: 2, timestamps: true });
    await until(() => once.text().split('\n').length === 3);
    expect(once.text()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z a line\n/);
    await expect(log.log(namespace, 'box', 'none', sink())).rejects.toMatchObject({ code: 400 });
  });

  it('PortForward: bytes both ways, and why a port cannot be reached', async () => {
    const [output, errors, input] = [sink(), sink(), new PassThrough()];
    const forward = new k8s.PortForward(config);
    await forward.portForward(namespace, 'box', [8080], output, errors, input);
    input.write('GET /here HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n');
    await until(() => output.text().includes('"path":"/here"'));
    expect(output.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(output.text()).toContain('"pod":"box"');
    expect(errors.text()).toBe('');
    const refused = sink();
    await forward.portForward(namespace, 'box', [81], sink(), refused, new PassThrough());
    await until(() => refused.text().includes('connection refused'));
    expect(refused.text()).toMatch(/^error forwarding port 81 to pod box_client-node-streams, uid /);
  });

  it('Cp: a folder there and back', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 37) % 253));
    await mkdir(join(folder, 'there/deep'), { recursive: true });
    await writeFile(join(folder, 'there/binary'), bytes);
    await writeFile(join(folder, 'there/deep/text'), 'deep');
    const cp = new k8s.Cp(config);
    await run(['mkdir', '-p', '/srv']);
    // Neither tells when it has done.
    await cp.cpToPod(namespace, 'box', 'main', join(folder, 'there'), '/srv');
    await until(async () => (await run(['cat', '/srv/deep/text'])).stdout === 'deep');
    await cp.cpFromPod(namespace, 'box', 'main', 'srv', join(folder, 'back'), '/');
    const isCopied = async () =>
      (await readFile(join(folder, 'back/srv/binary'))).equals(bytes) &&
      (await readFile(join(folder, 'back/srv/deep/text'), 'utf8')) === 'deep';
    await until(() => isCopied().catch(() => false));
  });

  it('PatchStrategy: every kind of patch', async () => {
    const of = { name: 'patched', namespace };
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'patched' }, data: { kept: '1' } } });
    onTestFinished(() => void core.deleteNamespacedConfigMap(of).catch(() => undefined));
    const patch = (contentType: string, body: object, more: object = {}) =>
      core.patchNamespacedConfigMap({ ...of, body, ...more }, k8s.setHeaderOptions('Content-Type', contentType));
    await patch(k8s.PatchStrategy.JsonPatch, [{ op: 'add', path: '/data/json', value: '1' }]);
    await patch(k8s.PatchStrategy.MergePatch, { data: { merge: '1', json: null } });
    await patch(k8s.PatchStrategy.StrategicMergePatch, { data: { strategic: '1' } });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'patched' }, data: { apply: '1' } };
    await patch(k8s.PatchStrategy.ServerSideApply, applied, { fieldManager: 'the-test' });
    const { data, metadata } = await core.readNamespacedConfigMap(of);
    expect(data).toEqual({ kept: '1', merge: '1', strategic: '1', apply: '1' });
    expect(metadata?.managedFields?.find(({ manager }) => manager === 'the-test')?.operation).toBe('Apply');
  });

  it('KubernetesObjectApi: any object by its kind', async () => {
    const objects = k8s.KubernetesObjectApi.makeApiClient(config);
    const body: k8s.V1Pod = podManifest('generic', namespace, {}, { annotations: { a: '1' } });
    expect((await objects.create(body)).metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
    const header = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'generic', namespace } };
    expect((await objects.read<k8s.V1Pod>(header)).metadata?.annotations).toEqual({ a: '1' });
    const patch = { ...header, metadata: { ...header.metadata, annotations: { b: '2' } } };
    expect((await objects.patch(patch)).metadata?.annotations).toEqual({ a: '1', b: '2' });
    const merge = k8s.PatchStrategy.MergePatch;
    const bare = { ...header, metadata: { ...header.metadata, annotations: { a: null } } };
    const merged = await objects.patch(bare as unknown as k8s.V1Pod, undefined, undefined, undefined, undefined, merge);
    expect(merged.metadata?.annotations).toEqual({ b: '2' });
    // From then on its kubelet writes no more, and the version that was read is the last.
    const isReady = async () => {
      const { status } = await objects.read<k8s.V1Pod>(header);
      return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
    };
    await until(isReady);
    const whole = await objects.read<k8s.V1Pod>(header);
    const labels = { ...whole.metadata?.labels, mine: 'yes' };
    const replaced = await objects.replace<k8s.V1Pod>({ ...whole, metadata: { ...whole.metadata, labels } });
    expect(replaced.metadata?.labels).toMatchObject({ app: 'generic', mine: 'yes' });
    const selected = () => objects.list('v1', 'Pod', namespace, undefined, undefined, undefined, undefined, 'mine=yes');
    expect((await selected()).items.map(({ metadata }) => metadata?.name)).toEqual(['generic']);
    const deployments = await objects.list('apps/v1', 'Deployment', namespace);
    expect(deployments.items).toEqual([]);
    await objects.delete(header, undefined, undefined, 0);
    await until(async () => (await selected()).items.length === 0);
    await expect(objects.read(header)).rejects.toMatchObject({ code: 404 });
  });
});
