import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StartupError } from '../errors.ts';
import { loadConfig } from './load-config.ts';
import { readConfig } from './read-config.ts';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const file = (text: string) => ({ path: 'kubelet.yaml', text });
const refusal = (text: string): string => {
  try {
    readConfig({ kubeletFile: file(text) });
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as Error).message;
  }
  return '';
};

it('takes the file over the defaults, and what is set for us over the file', () => {
  const text = `${HEAD}nodeLeaseDurationSeconds: 20\nnodeStatusUpdateFrequency: 2s\nkubeReserved: { cpu: 1 }\n`;
  const env = { FLOTILLA_KUBELET_NODE_STATUS_UPDATE_FREQUENCY: '4s' };
  const { configuration } = readConfig({ kubeletFile: file(text), env }).kubelet;
  expect(configuration).toMatchObject({
    ...{ nodeLeaseDurationSeconds: 20, nodeStatusUpdateFrequency: '4s', kubeReserved: { cpu: '1' } },
    ...{ nodeStatusReportFrequency: '5m0s', evictionHard: { 'memory.available': '100Mi' } },
  });
});

it('names all that is wrong with the file', () => {
  const start = 'failed to load kubelet config file, path: kubelet.yaml, error: ';
  expect(refusal(`${HEAD}maxPodz: 1\ncrashLoopBackOff: { max: 1s }\n`)).toBe(
    `${start}unknown field "maxPodz"; unknown field "crashLoopBackOff.max"`,
  );
  expect(refusal(`${HEAD}maxPods: many\n`)).toBe(`${start}maxPods must be a whole number`);
  expect(refusal('maxPods: 1')).toBe(`${start}apiVersion must be set; kind must be set`);
  expect(refusal('[1]')).toBe(`${start}a KubeletConfiguration must be a map`);
  expect(refusal('')).toBe(`${start}a KubeletConfiguration must be a map`);
  expect(refusal('apiVersion: v1\nkind: Pod\n')).toContain('v1, Kind=Pod is no kubelet.config.k8s.io/v1beta1');
  expect(refusal('a: [')).toContain('kubelet.yaml is not valid YAML');
});

it('still checks what must fit together', () => {
  expect(refusal(`${HEAD}nodeLeaseDurationSeconds: 10\n`)).toContain('must be shorter than');
});

it('is found where kubelet.configFile says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'kubelet.yaml');
  await writeFile(path, `${HEAD}maxPods: 7\n`);
  const env = { FLOTILLA_KUBELET_CONFIG_FILE: path };
  expect(loadConfig({}, undefined, env).kubelet.configuration.maxPods).toBe(7);
  expect(() => loadConfig({ 'kubelet.configFile': `${path}x` }, undefined, env)).toThrow(
    `${path}x cannot be read (ENOENT): check the path of kubelet.configFile`,
  );
});
