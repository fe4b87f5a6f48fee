/** SimulationProfiles as kubectl makes, shows and changes them, and what simulated pods make of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawExitCode, generatorOf } from '../../../src/runtimes/simulated/profiles/draw.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

interface Condition {
  type: string;
  status: string;
  lastTransitionTime: string;
}
interface Pod {
  metadata: { name: string; uid: string };
  status: {
    phase: string;
    conditions: Condition[];
    containerStatuses?: { state: { running?: { startedAt: string }; terminated?: { exitCode: number } } }[];
  };
}
const SEED = 42;
const EXIT_CODES = [{ code: 0, weight: 2 }, { code: 3 }];

describe.skipIf(missing !== undefined)(modeTitle('simulation profiles'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `profiles-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const profile = (name: string, spec: object) =>
      kubectl.apply({
        ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'SimulationProfile' },
        metadata: { name: `${namespace}-${name}` },
        spec: { ...spec, selector: { namespaces: [namespace], pods: { matchLabels: { does: name } } } },
      });
    const template = (does: string, restartPolicy: string) => ({
      metadata: { labels: { does } },
      spec: { restartPolicy, containers: [{ name: 'main', image: 'busybox:1.36' }] },
    });
    const pod = (name: string, does: string) =>
      kubectl.apply({
        ...{ apiVersion: 'v1', kind: 'Pod', ...template(does, 'Always') },
        metadata: { name, namespace, labels: { does } },
      });
    const podsOf = async (does: string): Promise<Pod[]> =>
      (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', `does=${does}`, '-n', namespace)).items;
    const timeOf = (one: Pod | undefined, type: string): number =>
      Date.parse(one?.status.conditions.find((c) => c.type === type)?.lastTransitionTime ?? '');

    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(async () => {
      await kubectl.run('delete', 'simulationprofiles', '--all');
      await kubectl.run('delete', 'namespace', namespace);
      await kubectl.close();
    });

    it('make pods run and be ready after the time that they say', async () => {
      await profile('warm', { start: { constant: '2s' }, readinessDelay: { constant: '3s' } });
      await pod('warm', 'warm');
      await run('wait', '--for=condition=Ready', 'pod/warm', '--timeout=60s');
      const [warm] = await podsOf('warm');
      const started = Date.parse(warm?.status.containerStatuses?.[0]?.state.running?.startedAt ?? '');
      expect(started - timeOf(warm, 'PodScheduled')).toBeGreaterThanOrEqual(2_000);
      expect(timeOf(warm, 'Ready') - started).toBeGreaterThanOrEqual(3_000);
    });

    it("end a job's pods with the exit codes that the seed draws", async () => {
      await profile('work', { seed: SEED, run: { duration: { constant: '500ms' }, exitCodes: EXIT_CODES } });
      // One attempt an index: a Job that makes failed pods again backs off for longer than a test may take.
      const indexed = { completionMode: 'Indexed', backoffLimitPerIndex: 0, completions: 12, parallelism: 12 };
      await kubectl.apply({
        ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work', namespace } },
        spec: { ...indexed, template: template('work', 'Never') },
      });
      const codes = async (): Promise<(number | undefined)[]> =>
        (await podsOf('work')).map(({ status }) => status.containerStatuses?.[0]?.state.terminated?.exitCode);
      await until(async () => (await codes()).filter((code) => code !== undefined).length === 12);
      const drawn = (await podsOf('work')).map(({ metadata: { uid } }) =>
        drawExitCode(EXIT_CODES, generatorOf(SEED, uid, 'main', 0, 'exit')),
      );
      expect(await codes()).toEqual(drawn);
      const failed = drawn.filter((code) => code !== 0).length;
      await run('wait', `--for=condition=${failed === 0 ? 'Complete' : 'Failed'}`, 'job/work', '--timeout=60s');
    });

    it('are what kubectl top shows, at once after a change', async () => {
      const usage = (cpu: string) => ({ usage: { cpu: { constant: cpu }, memory: { constant: '300Mi' } } });
      await profile('load', usage('250m'));
      await pod('load', 'load');
      await run('wait', '--for=condition=Ready', 'pod/load', '--timeout=60s');
      const top = () => run('top', 'pod', 'load', '--no-headers');
      expect(await top()).toMatch(/^load +250m +300Mi/);
      await profile('load', usage('1500m'));
      await until(async () => /^load +1500m +300Mi/.test(await top()));
    });

    it('are what kubectl logs -f shows, line by line', async () => {
      await profile('talk', {
        run: { duration: { constant: '2s' } },
        logs: { interval: '500ms', lines: ['{{pod}}/{{container}} says {{n}}'] },
      });
      await kubectl.apply({
        ...{ apiVersion: 'v1', kind: 'Pod', ...template('talk', 'Never') },
        metadata: { name: 'talk', namespace, labels: { does: 'talk' } },
      });
      await until(async () => (await podsOf('talk')).some(({ status: { phase } }) => phase !== 'Pending'));
      const { stdout } = await kubectl.start(['-n', namespace, 'logs', '-f', 'talk']).finished;
      expect(stdout.trimEnd().split('\n')).toEqual([
        'main: started busybox:1.36 (attempt 0)',
        ...[1, 2, 3].map((n) => `talk/main says ${n}`),
        'main: exit code 0',
      ]);
    });

    it('fill a node whose pods leak, until it evicts who is most over his request', async () => {
      const node = `${namespace}-small`;
      const annotations = {
        'fleet.flotilla.dev/runtime': 'simulated',
        'fleet.flotilla.dev/capacity': JSON.stringify({ memory: '4Gi' }),
      };
      await kubectl.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: node, annotations } });
      const using = (to: string) => ({ usage: { memory: { ramp: { from: '16Mi', to, duration: '15s' } } } });
      await profile('leaking', using('3Gi'));
      await profile('steady', using('1Gi'));
      for (const name of ['leaking', 'steady']) {
        const spec = { ...template(name, 'Always').spec, nodeName: node };
        await kubectl.apply({
          apiVersion: 'v1',
          kind: 'Pod',
          spec,
          metadata: { name, namespace, labels: { does: name } },
        });
      }
      await run('wait', '--for=jsonpath={.status.reason}=Evicted', 'pod/leaking', '--timeout=110s');
      const pressed = '-o=jsonpath={.status.conditions[?(@.type=="MemoryPressure")].status}';
      expect(await kubectl.run('get', 'node', node, pressed)).toBe('True');
      expect((await podsOf('steady')).map(({ status }) => status.phase)).toEqual(['Running']);
      await run('delete', 'pod', 'leaking', 'steady', '--wait=false');
      await kubectl.run('delete', 'node', node);
    });

    it('hold pods, speak of them and set their conditions, each once', async () => {
      const hold = 'example.com/hold';
      await profile('staged', {
        stages: [
          { name: 'hold', at: 'Admitted', finalizers: { add: [hold] } },
          {
            ...{ name: 'warm', at: 'Running', delay: { constant: '1s' }, conditions: [{ type: 'example.com/Warm' }] },
            events: [{ type: 'Warning', reason: 'WarmedUp', message: '{{pod}} is warm' }],
          },
          { name: 'free', at: 'Terminating', delay: { constant: '4s' }, finalizers: { remove: [hold] } },
        ],
      });
      await pod('staged', 'staged');
      await run('wait', '--for=condition=example.com/Warm', 'pod/staged', '--timeout=60s');
      const found = await kubectl.json<{ metadata: { finalizers?: string[] } }>(
        'get',
        'pod',
        'staged',
        '-n',
        namespace,
      );
      expect(found.metadata.finalizers).toEqual([hold]);
      const columns = '-o=custom-columns=T:.type,M:.message,C:.count,F:.source.component';
      const events = () => run('get', 'events', '--field-selector=reason=WarmedUp', '--no-headers', columns);
      expect(await events()).toMatch(/^Warning +staged is warm +1 +kubelet\n$/);
      await run('delete', 'pod', 'staged', '--wait=false');
      const isHeld = async () =>
        (await run('get', 'pod', 'staged', '-o=jsonpath={.metadata.deletionGracePeriodSeconds}')) === '0';
      await until(isHeld);
      await run('wait', '--for=delete', 'pod/staged', '--timeout=60s');
      expect(await events()).toMatch(/^Warning +staged is warm +1 +kubelet\n$/);
    });

    it('are shown and explained, and refused when they are wrong', async () => {
      await profile('shown', { priority: 7, logs: { lines: ['x'] } });
      const table = await kubectl.run('get', 'simulationprofiles');
      expect(table).toMatch(/^NAME +PRIORITY +NAMESPACES +PODS +NODES +SETS +AGE/);
      expect(table).toMatch(new RegExp(`^${namespace}-shown +7 +${namespace} +does=shown +<all> +logs `, 'm'));
      const observed = '--for=jsonpath={.status.observedGeneration}=1';
      await kubectl.run('wait', observed, `simulationprofile/${namespace}-shown`, '--timeout=30s');
      expect(await kubectl.run('explain', 'simulationprofile.spec.run.exitCodes')).toContain(
        'Exit codes by their weights',
      );
      await expect(profile('bad', { start: { constant: 'soon' } })).rejects.toThrow(
        /spec.start.constant: Invalid value: "soon": must be a duration/,
      );
    });

    it('can be made of the stages of KWOK', async () => {
      const program = ['bin/flotilla.js', '--kubeconfig', flotilla().kubeconfig];
      const name = `${namespace}-kwok`;
      const importing = [...program, 'import', 'kwok', 'test/support/kwok-stages.yaml', '--apply', '--name', name];
      const run = async () => (await promisify(execFile)(process.execPath, importing)).stdout;
      expect(await run()).toBe(`simulationprofile/${name} created\nsimulationprofile/${name}-done created\n`);
      expect(await run()).toBe(`simulationprofile/${name} replaced\nsimulationprofile/${name}-done replaced\n`);
      const table = await kubectl.run('get', 'simulationprofile', name, `${name}-done`);
      expect(table).toMatch(/-kwok +0 +<all> +<all> +<all> +start,stop,stages /);
      expect(table).toMatch(/-kwok-done +3 +<all> +batch.kubernetes.io\/job-name +<all> +run,stages /);
      await kubectl.run('delete', 'simulationprofile', name, `${name}-done`);
    });

    it('of the examples are taken', async () => {
      const applied = await kubectl.run('apply', '-f', 'examples/simulation-profiles');
      expect(applied.trimEnd().split('\n')).toHaveLength(4);
    });
  });
});
