/** kill -9 of the worker of a running pod: the next one finds it, and starts nothing twice. */
import { expect } from 'vitest';
import type { FlotillaProcess } from '../../support/flotilla.ts';
import type { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

/** Resolves when the pod can be reached again. */
export async function killWorker(flotilla: FlotillaProcess, kubectl: Kubectl, pod: string): Promise<void> {
  const of = '.status.containerStatuses[0]';
  const container = () => kubectl.run('get', 'pod', pod, `-o=jsonpath={${of}.containerID} {${of}.restartCount}`);
  const before = await container();
  expect(before).toMatch(/^\w+:\/\/\S+ 0$/);
  await flotilla.kill('SIGKILL');
  await flotilla.start();
  await until(async () => (await kubectl.outcome(['exec', pod, '--', 'true'])).code === 0);
  expect(await container()).toBe(before);
}
