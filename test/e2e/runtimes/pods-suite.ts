/** kubectl against pods that really run, on a daemon of the test's own. */
import { chmod, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Daemon } from '../../support/containers/daemon.ts';
import { until } from '../../support/until.ts';
import { untilPrinted } from '../../support/until-printed.ts';
import { crashOften } from './crash-often.ts';
import { hostPorts } from './host-ports.ts';
import { imagePulls } from './image-pulls.ts';
import { killWorker } from './kill-worker.ts';
import { memoryVolumes } from './memory-volumes.ts';
import { FOREVER, PodBench } from './pod-bench.ts';
import { runtimeClasses } from './runtime-classes.ts';
import { terminals } from './terminals.ts';

interface PodsSuite {
  readonly runtime: 'cri' | 'docker';
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly start: () => Promise<Daemon>;
  /** What it says of a RuntimeClass's handler that it does not have. */
  readonly unknownHandler: string;
  /** What only this runtime is asked to show. */
  readonly more?: (bench: PodBench) => void;
}

export function podsSuite({ runtime, missing, start, unknownHandler, more }: PodsSuite): void {
  describe.skipIf(missing !== undefined)(`pods of ${runtime}${missing === undefined ? '' : ` (${missing})`}`, () => {
    const bench = new PodBench();
    const pod = bench.pod.bind(bench);
    const ready = bench.ready.bind(bench);
    const field = bench.field.bind(bench);
    let { daemon, flotilla, kubectl, hostFolder } = bench;

    beforeAll(async () => {
      await bench.open(runtime, start);
      ({ daemon, flotilla, kubectl, hostFolder } = bench);
    });
    afterAll(() => bench.close());

    it('logs, exec, cp, port-forward and top reach them', async () => {
      const script = `mkdir -p /www && echo hello > /www/index.html && httpd -p 8080 -h /www; ${FOREVER}`;
      await kubectl.apply(
        pod('web', script, { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }),
      );
      await ready('web');
      expect(await field('web', '{.status.containerStatuses[0].containerID}')).toMatch(
        /^(containerd|docker|process):\/\/[0-9a-f]{64}$/,
      );
      const follow = kubectl.start(['logs', '-f', 'web']);
      await follow.printed((text) => text.includes('line 3'));
      await follow.stop();
      const failed = await kubectl.outcome(['exec', 'web', '--', 'sh', '-c', 'echo out; exit 5']);
      expect(failed).toMatchObject({ code: 5, stdout: 'out\n' });
      const piped = await kubectl.outcome(['exec', '-i', 'web', '--', 'cat'], { input: 'through' });
      expect(piped).toMatchObject({ code: 0, stdout: 'through' });
      await kubectl.run('cp', flotilla.kubeconfig, 'web:/tmp/copied');
      expect(await kubectl.run('exec', 'web', '--', 'cat', '/tmp/copied')).toContain('current-context: flotilla');
      const forward = kubectl.start(['port-forward', 'pod/web', ':8080']);
      await forward.printed((text) => text.includes('Forwarding from 127.0.0.1'));
      const port = /127\.0\.0\.1:(\d+)/.exec(forward.stdout())?.[1];
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello\n');
      await forward.stop();
      const metrics = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/web';
      await until(async () => /"memory":"[1-9]\d*Ki"/.test((await kubectl.outcome(['get', '--raw', metrics])).stdout));
      expect(await kubectl.run('top', 'pod', 'web')).toMatch(/web\s+\d+m\s+\d+Mi/);
      const ofNode = '{.status.nodeInfo.kernelVersion} {.status.capacity.cpu}';
      expect(await kubectl.run('get', 'node', 'real-0', `-o=jsonpath=${ofNode}`)).toBe(`${release()} ${cpus().length}`);
    });

    it('run as their security context says, with the volumes that they ask for', async () => {
      // Others than its owner may read it: the container is another user.
      await chmod(hostFolder, 0o755);
      await writeFile(join(hostFolder, 'file'), 'of the host');
      await kubectl.run('create', 'configmap', 'settings', '--from-literal=mode=first');
      const securityContext = {
        ...{ runAsUser: 1000, runAsGroup: 3000, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
        capabilities: { drop: ['ALL'] },
      };
      const volumeMounts = [
        { name: 'settings', mountPath: '/settings' },
        { name: 'settings', mountPath: '/one/mode', subPath: 'mode' },
        { name: 'scratch', mountPath: '/scratch' },
        { name: 'host', mountPath: '/host', readOnly: true },
      ];
      const volumes = [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'scratch', emptyDir: {} },
        { name: 'host', hostPath: { path: hostFolder, type: 'Directory' } },
      ];
      await kubectl.apply(pod('guarded', FOREVER, { securityContext, volumeMounts }, { volumes, subdomain: 'shelf' }));
      await ready('guarded');
      const inside = (script: string) => kubectl.outcome(['exec', 'guarded', '--', 'sh', '-c', script]);
      expect((await inside('id -u; id -g')).stdout).toBe('1000\n3000\n');
      expect((await inside('grep CapEff /proc/self/status')).stdout).toMatch(/^CapEff:\s+0+\n$/);
      expect((await inside('cat /proc/self/oom_score_adj; hostname')).stdout).toBe('1000\nguarded\n');
      expect((await inside('cat /etc/hosts')).stdout).toMatch(/\sguarded\.shelf\.default\.svc\s+guarded\n/);
      expect((await inside('touch /tmp/x')).stderr).toContain('Read-only file system');
      expect((await inside('echo x > /scratch/x && cat /scratch/x')).stdout).toBe('x\n');
      expect((await inside('cat /host/file; touch /host/x')).stdout).toBe('of the host');
      expect((await inside('cat /settings/mode /one/mode')).stdout).toBe('firstfirst');
      await kubectl.run('patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"mode":"second"}}');
      const isNew = async () => (await inside('cat /settings/mode')).stdout === 'second';
      await until(isNew, () => 'the file is as it was', 120_000);
      // As in Kubernetes: what is mounted by subPath is never brought up to date.
      expect((await inside('cat /one/mode')).stdout).toBe('first');
    });

    it('a failing liveness probe restarts the container, and the log before is kept', async () => {
      const livenessProbe = { exec: { command: ['test', '-e', '/tmp/well'] }, periodSeconds: 1, failureThreshold: 1 };
      await kubectl.apply(pod('sick', `touch /tmp/well; ${FOREVER}`, { livenessProbe }));
      await ready('sick');
      await kubectl.run('exec', 'sick', '--', 'rm', '/tmp/well');
      await until(async () => (await field('sick', '{.status.containerStatuses[0].restartCount}')) === '1');
      await until(async () => (await kubectl.outcome(['logs', '-p', 'sick'])).stdout.includes('line 1'));
      const restarted = 'Container main failed liveness probe, will be restarted';
      await untilPrinted(() => kubectl.run('events', '--for', 'pod/sick'), restarted);
    });

    it('a container that ends again and again leaves two attempts, and the log before', () =>
      crashOften({ kubectl, runtime, options: daemon.options, pod: pod('crashing', 'echo run; exit 1') }));

    it('a worker that is killed finds its pods again and starts nothing twice', async () => {
      await kubectl.apply(pod('lasting', FOREVER));
      await ready('lasting');
      await killWorker(flotilla, kubectl, 'lasting');
      await kubectl.run('delete', 'pod', 'lasting', '--timeout=60s');
    });

    memoryVolumes(bench);
    imagePulls(bench);
    runtimeClasses(bench, { unknownHandler });
    hostPorts(bench);
    terminals(bench);
    more?.(bench);

    it('a runtime that is away makes the node NotReady, and comes back by itself', async () => {
      await daemon.kill();
      const message = () =>
        kubectl.run('get', 'node', 'real-0', "-o=jsonpath={.status.conditions[?(@.type=='Ready')].message}");
      await until(async () => (await message()).includes('container runtime is down'));
      await daemon.start();
      await kubectl.run('wait', 'node/real-0', '--for=condition=Ready', '--timeout=60s');
    });
  });
}
