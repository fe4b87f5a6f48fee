/** RuntimeClasses: which program of the host makes a pod's containers. */
import { expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { FOREVER, type PodBench } from './pod-bench.ts';

interface Expected {
  /** What is told of a handler that the daemon does not have. */
  readonly unknownHandler: string;
}

export function runtimeClasses(bench: PodBench, { unknownHandler }: Expected): void {
  const runtimeClass = (name: string, handler: string) =>
    bench.kubectl.apply({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler });
  const podOf = (name: string, runtimeClassName?: string) =>
    bench.kubectl.apply(bench.pod(name, FOREVER, {}, runtimeClassName === undefined ? {} : { runtimeClassName }));
  const madeBy = async (name: string): Promise<string | undefined> => {
    const id = (await bench.field(name, '{.status.containerStatuses[0].containerID}')).replace(/^.*:\/\//, '');
    return bench.daemon.ociRuntimeOf(id);
  };

  it('the handler of a RuntimeClass makes the pod, and none that the host lacks', async () => {
    await runtimeClass('light', 'crun');
    await runtimeClass('absent', 'nothing');
    await podOf('usual');
    await podOf('light', 'light');
    await podOf('absent', 'absent');
    await bench.ready('usual');
    await bench.ready('light');
    expect(await madeBy('usual')).toBe('runc');
    expect(await madeBy('light')).toBe('crun');
    expect((await bench.kubectl.outcome(['exec', 'light', '--', 'echo', 'reached'])).stdout).toBe('reached\n');
    await until(async () => (await bench.events('absent')).includes('FailedCreatePodSandBox'));
    expect(await bench.events('absent')).toContain(`Failed to create pod sandbox: ${unknownHandler}`);
    expect(await bench.field('absent', '{.status.containerStatuses[0].state.waiting.reason}')).toBe(
      'ContainerCreating',
    );
    await bench.kubectl.run('delete', 'pod', 'usual', 'light', 'absent', '--timeout=60s');
  });
}
