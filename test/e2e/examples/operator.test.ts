/** examples/operator as a process: it keeps a Deployment for each ConfigMap, whatever happens to it meanwhile. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ExampleProcess } from '../../support/example-process.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { startTcpGate, type TcpGate } from '../../support/tcp-gate.ts';
import { until } from '../../support/until.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../examples/operator/sample.yaml');

describe.skipIf(missing !== undefined)(modeTitle('the operator'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  let gate: TcpGate;
  let operator: ExampleProcess;
  let kubeconfig: string;

  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    gate = await startTcpGate(flotilla().port);
    kubeconfig = join(flotilla().home, 'through-the-gate');
    const direct = await readFile(flotilla().kubeconfig, 'utf8');
    await writeFile(kubeconfig, direct.replace(`:${flotilla().port}`, `:${gate.port}`), { mode: 0o600 });
  });
  afterAll(async () => {
    await kubectl?.close();
    await gate?.close();
  });
  const start = async (): Promise<void> => {
    operator = new ExampleProcess('examples/operator/main.js', kubeconfig);
    await operator.printed(/ ready$/m);
  };
  beforeEach(start);
  afterEach(async () => {
    gate.open();
    await operator.end();
    await kubectl.run('delete', 'configmaps', '-l', 'example.com/web', '--ignore-not-found');
    await gone('blog');
  });

  const patch = (data: Record<string, string>) =>
    kubectl.run('patch', 'configmap', 'blog', '-p', JSON.stringify({ data }));
  const read = async (name: string, path: string): Promise<string> =>
    (await kubectl.outcome(['get', 'deployment', name, '-o', `jsonpath={${path}}`])).stdout;
  const becomes = (path: string, value: string): Promise<unknown> =>
    until(
      async () => (await read('blog', path)) === value,
      () => `${path} did not become ${value}: ${operator.output}`,
    );
  const gone = (name: string): Promise<unknown> =>
    until(async () => (await kubectl.outcome(['get', 'deployment', name])).stderr.includes('NotFound'));

  it('follows a ConfigMap from its create through its changes to its delete', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.status.readyReplicas', '2');
    const uid = await kubectl.run('get', 'configmap', 'blog', '-o', 'jsonpath={.metadata.uid}');
    expect(await read('blog', '.metadata.ownerReferences[0].uid')).toBe(uid);
    await patch({ replicas: '3', greeting: 'Changed' });
    await becomes('.status.readyReplicas', '3');
    await becomes('.spec.template.spec.containers[0].env[0].value', 'Changed');
    await kubectl.run('delete', 'configmap', 'blog');
    await gone('blog');
    await until(async () => (await kubectl.run('get', 'pods', '-l', 'app=blog', '-o', 'name')) === '');
  });

  it('undoes what others change, and makes again what they delete', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    await kubectl.run('scale', 'deployment', 'blog', '--replicas=7');
    await becomes('.spec.replicas', '2');
    const before = await read('blog', '.metadata.uid');
    await kubectl.run('delete', 'deployment', 'blog');
    await until(async () => ![before, ''].includes(await read('blog', '.metadata.uid')));
    await becomes('.status.readyReplicas', '2');
  });

  it('lets go of what loses its label, and of nothing else', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    await kubectl.run('label', 'configmap', 'blog', 'example.com/web-');
    await gone('blog');
    expect(await kubectl.run('get', 'configmap', 'blog', '-o', 'name')).toBe('configmap/blog\n');
    expect(await read('hello', '.spec.replicas')).toBe('3');
    await kubectl.run('delete', 'configmap', 'blog');
  });

  it('says on the ConfigMap what is wrong with it, once, and goes on when it is mended', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    await patch({ replicas: 'many' });
    const told = () => kubectl.run('events', '--for', 'configmap/blog', '--no-headers');
    await until(async () => (await told()).includes('data.replicas is a number from 0 to 999, not many'));
    await patch({ replicas: '1' });
    await becomes('.spec.replicas', '1');
    expect((await told()).trim().split('\n')).toHaveLength(1);
  });

  it('makes up for what happened while it was killed', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    await kubectl.run('create', 'configmap', 'shop', '--from-literal=image=busybox:1.36');
    await kubectl.run('label', 'configmap', 'shop', 'example.com/web=true');
    await until(async () => (await read('shop', '.spec.replicas')) === '1');
    await operator.end('SIGKILL');
    await patch({ replicas: '4' });
    // The garbage collector needs no operator.
    await kubectl.run('delete', 'configmap', 'shop');
    await gone('shop');
    await start();
    await becomes('.spec.replicas', '4');
  });

  it('finds its connection again, and makes up for what it missed', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    gate.shut();
    await operator.printed(/configmaps: .*following it again$/m);
    await patch({ replicas: '5' });
    await kubectl.run('scale', 'deployment', 'blog', '--replicas=6');
    gate.open();
    await becomes('.spec.replicas', '5');
    gate.shut();
    await kubectl.run('delete', 'configmap', 'blog');
    gate.open();
    await gone('blog');
  });

  it('outlives a restart of Flotilla', async () => {
    await kubectl.run('apply', '-f', SAMPLE);
    await becomes('.spec.replicas', '2');
    await flotilla().kill('SIGKILL');
    await flotilla().start();
    await patch({ replicas: '3' });
    await becomes('.spec.replicas', '3');
  });

  it('ends when it is told to', async () => {
    expect(await operator.end()).toBe(0);
    expect(operator.output).toMatch(/ stopped$/m);
  });
});
