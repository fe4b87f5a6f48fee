/**
 * `npm run bench:density [-- --pods N]`: so many real pods on a containerd of its own, made once by a bare loop over the
 * CRI and once by our kubelet, one after the other on the same daemon. Prints rates and memory of both.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { connectCri } from '../src/runtimes/cri/client.ts';
import { containerConfig } from '../src/runtimes/cri/container-config.ts';
import { readCriOptions } from '../src/runtimes/cri/options.ts';
import { sandboxConfig } from '../src/runtimes/cri/sandbox-config.ts';
import { type Containerd, startContainerd } from '../test/support/containers/containerd.ts';
import { BUSYBOX_IMAGE } from '../test/support/containers/image-tar.ts';
import { missingContainerd } from '../test/support/containers/requirements.ts';
import { FlotillaProcess } from '../test/support/flotilla.ts';
import { until } from '../test/support/until.ts';

const LIMIT_MS = 300_000;
const AT_A_TIME = 8;
const COMMAND = ['sleep', '100000'];

const { values } = parseArgs({ options: { pods: { type: 'string', default: '200' } } });
const pods = Number(values.pods);

const seconds = (startedAt: number): number => (performance.now() - startedAt) / 1_000;
const say = (what: string, took: number, more = ''): void => {
  process.stdout.write(`${what}: ${pods} pods in ${took.toFixed(1)} s, ${(pods / took).toFixed(1)}/s${more}\n`);
};

/** Resident, of one process; MiB. */
async function resident(pid: number): Promise<number> {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

interface Measured {
  readonly took: number;
  /** Of the process that did it, with all pods there. */
  readonly mebibytes: number;
}

/** RunPodSandbox, CreateContainer, StartContainer; nothing else. */
async function bareLoop({ options, socket }: Containerd): Promise<Measured> {
  const cri = connectCri(socket);
  const settings = readCriOptions('cri', options);
  const startedAt = performance.now();
  const make = async (index: number): Promise<string> => {
    const uid = randomUUID();
    const spec = { uid, name: `bare-${index}`, namespace: 'default', nodeName: 'bare', hostNetwork: false };
    const sandbox = { ...spec, restartPolicy: 'Always', attempt: 0 };
    const logs = `${settings.root}/pods/${uid}/logs`;
    await mkdir(`${logs}/main`, { recursive: true });
    const config = sandboxConfig(sandbox, logs, settings);
    const { pod_sandbox_id: id } = await cri.call('RunPodSandbox', { config, runtime_handler: '' });
    const container = {
      name: 'main',
      kind: 'main' as const,
      image: BUSYBOX_IMAGE,
      command: COMMAND,
      args: [],
      env: [],
    };
    const made = containerConfig({ sandbox, container, attempt: 0, mounts: [], image: undefined, seccompRoot: '/' });
    const request = { pod_sandbox_id: id, config: made, sandbox_config: config };
    const { container_id } = await cri.call('CreateContainer', request);
    await cri.call('StartContainer', { container_id });
    return id;
  };
  const limit = pLimit(AT_A_TIME);
  const ids = await Promise.all(Array.from({ length: pods }, (_, index) => limit(() => make(index))));
  const measured = { took: seconds(startedAt), mebibytes: await resident(process.pid) };
  const remove = async (id: string): Promise<void> => {
    await cri.call('StopPodSandbox', { pod_sandbox_id: id });
    await cri.call('RemovePodSandbox', { pod_sandbox_id: id });
  };
  await Promise.all(ids.map((id) => limit(() => remove(id))));
  cri.close();
  return measured;
}

async function throughKubelet(containerd: Containerd): Promise<Measured> {
  const runtimes = JSON.stringify({ cri: { options: containerd.options } });
  const flotilla = await FlotillaProcess.create({ args: ['--empty'], env: { FLOTILLA_RUNTIMES: runtimes } });
  await flotilla.start();
  try {
    const post = async (path: string, body: object): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      const { status, text } = await flotilla.request(path, { method: 'POST', body: JSON.stringify(body), headers });
      if (status !== 201) {
        throw new Error(`${path}: ${status} ${text}`);
      }
    };
    await post('/apis/fleet.flotilla.dev/v1alpha1/nodepools', {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'real' } },
      spec: { replicas: 1, runtime: 'cri', kubelet: { maxPods: pods + 10 } },
    });
    await until(async () => (await flotilla.request('/api/v1/nodes/real-0')).text.includes('KubeletReady'));
    const startedAt = performance.now();
    const container = { name: 'main', image: BUSYBOX_IMAGE, command: COMMAND };
    await post('/apis/apps/v1/namespaces/default/deployments', {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'dense' } },
      spec: {
        ...{ replicas: pods, selector: { matchLabels: { app: 'dense' } } },
        template: {
          metadata: { labels: { app: 'dense' } },
          spec: { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [container] },
        },
      },
    });
    const ready = async (): Promise<boolean> => {
      const { text } = await flotilla.request('/apis/apps/v1/namespaces/default/deployments/dense');
      return (JSON.parse(text) as { status?: { readyReplicas?: number } }).status?.readyReplicas === pods;
    };
    await until(ready, () => 'not all pods are ready', LIMIT_MS);
    return { took: seconds(startedAt), mebibytes: await resident(flotilla.pid) };
  } finally {
    await flotilla.close();
  }
}

if (missingContainerd !== undefined) {
  process.stderr.write(`No containers can be run here: ${missingContainerd}\n`);
  process.exit(1);
}
const containerd = await startContainerd();
try {
  const bare = await bareLoop(containerd);
  say('bare CRI loop', bare.took, `; this program ${bare.mebibytes} MiB resident`);
  const { took, mebibytes } = await throughKubelet(containerd);
  say('our kubelet', took, `, ${(took / bare.took).toFixed(2)} times that; flotilla ${mebibytes} MiB resident`);
} finally {
  await containerd.close();
}
