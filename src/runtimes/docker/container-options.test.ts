import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContainerSpec, PodSandboxSpec } from '../runtime.ts';
import { seccompProfileOf, userOf } from './container-identity.ts';
import { containerOptions, pauseOptions } from './container-options.ts';
import type { DockerHost } from './host.ts';
import { readDockerOptions } from './options.ts';

const pod: PodSandboxSpec = {
  ...{ uid: 'u', namespace: 'shop', name: 'web', nodeName: 'n', labels: {}, annotations: {}, nodeAnnotations: {} },
  ...{ hostNetwork: false, restartPolicy: 'Always' },
};
const container = (security: ContainerSpec['security'] = {}): ContainerSpec => ({
  ...{ name: 'main', kind: 'main', image: 'web:1', command: [], args: [], env: [], security },
});
const options = readDockerOptions('docker', {});

describe('as whom a container runs', () => {
  const host = (User: string) =>
    ({
      docker: { getImage: () => ({ inspect: async () => ({ Config: { User } }) }) },
      call: (work: unknown) => work,
    }) as unknown as DockerHost;
  it.each([
    [{}, 'app', undefined],
    [{ runAsUser: 1 }, 'app', '1'],
    [{ runAsUser: 1, runAsGroup: 2 }, 'app', '1:2'],
    [{ runAsGroup: 2 }, 'app:staff', 'app:2'],
    [{ runAsGroup: 2 }, '', '0:2'],
    [{ runAsGroup: 2, runAsNonRoot: true }, '7', '7:2'],
  ])('%j of an image of "%s"', async (security, image, user) => {
    expect(await userOf(host(image), container(security), 'pod')).toBe(user);
  });

  it.each([
    [{ runAsNonRoot: true }, '', 'image will run as root (pod: "pod", container: main)'],
    [{ runAsNonRoot: true }, 'app', 'image has non-numeric user (app), cannot verify user is non-root'],
    [{ runAsNonRoot: true, runAsUser: 0 }, '', 'runAsUser breaks non-root policy (pod: "pod"'],
  ])('%j of an image of "%s" is refused', async (security, image, words) => {
    await expect(userOf(host(image), container(security), 'pod')).rejects.toThrow(words);
  });
});

it('a seccomp profile of the host is given as its text', async () => {
  const seccompRoot = await mkdtemp(join(tmpdir(), 'flotilla-seccomp-'));
  await writeFile(join(seccompRoot, 'a.json'), '{ "defaultAction":\n"SCMP_ACT_ALLOW" }');
  await writeFile(join(seccompRoot, 'b.json'), 'no json');
  const of = (localhostProfile: string, more: object = {}) =>
    seccompProfileOf(container({ seccomp: { type: 'Localhost', localhostProfile }, ...more }), { seccompRoot });
  const seccompProfile = await of('a.json');
  expect(seccompProfile).toBe('{"defaultAction":"SCMP_ACT_ALLOW"}');
  expect(await of('a.json', { privileged: true })).toBeUndefined();
  await expect(of('b.json')).rejects.toThrow('cannot load seccomp profile "b.json": ');
  await expect(of('none.json')).rejects.toThrow('cannot load seccomp profile "none.json": ENOENT');
  const asked = { ...container({ seccomp: { type: 'Localhost' } }), oomScoreAdj: 1_000 };
  const made = containerOptions({
    pod,
    pauseId: 'p',
    container: asked,
    attempt: 0,
    mounts: [],
    user: '1:2',
    seccompProfile,
  });
  expect(made).toMatchObject({
    User: '1:2',
    HostConfig: { OomScoreAdj: 1_000, SecurityOpt: [`seccomp=${seccompProfile}`] },
  });
  await rm(seccompRoot, { recursive: true });
});

it('logs and processes are limited as the pod is', () => {
  const limited = { ...pod, pidsLimit: 50, logs: { maxBytes: 1_000, maxFiles: 2 } };
  const LogConfig = { Type: 'json-file', Config: { 'max-size': '1000', 'max-file': '2' } };
  expect(pauseOptions(limited, 0, options).HostConfig).toMatchObject({ LogConfig });
  const parts = {
    pauseId: 'p',
    container: container(),
    attempt: 0,
    mounts: [],
    user: undefined,
    seccompProfile: undefined,
  };
  expect(containerOptions({ ...parts, pod: limited }).HostConfig).toMatchObject({ LogConfig, PidsLimit: 50 });
  const usual = containerOptions({ ...parts, pod }).HostConfig;
  expect(usual?.LogConfig?.Config).toEqual({ 'max-size': '10485760', 'max-file': '5' });
  expect(usual).not.toHaveProperty('PidsLimit');
});

it('mounts are bound as they are asked for', () => {
  const mount = { hostPath: '/h', containerPath: '/c', readOnly: false };
  const mounts = [
    mount,
    { ...mount, readOnly: true },
    { ...mount, readOnly: true, propagation: 'HostToContainer' as const },
    { ...mount, propagation: 'Bidirectional' as const },
  ];
  const parts = { pod, pauseId: 'p', container: container(), attempt: 0, user: undefined, seccompProfile: undefined };
  const binds = ['/h:/c', '/h:/c:ro', '/h:/c:ro,rslave', '/h:/c:rshared'];
  expect(containerOptions({ ...parts, mounts }).HostConfig?.Binds).toEqual(binds);
});

it('a pod has its names', () => {
  const named = (more: Partial<PodSandboxSpec>) => pauseOptions({ ...pod, ...more }, 0, options);
  expect(named({})).toMatchObject({ Hostname: 'web' });
  expect(named({ domain: 'sub.shop.svc' })).toMatchObject({ Hostname: 'web', Domainname: 'sub.shop.svc' });
  const full = named({ domain: 'sub.shop.svc', isFullyNamed: true });
  expect(full.Hostname).toBe('web.sub.shop.svc');
  expect(full).not.toHaveProperty('Domainname');
  expect(named({ hostNetwork: true })).not.toHaveProperty('Hostname');
});

it('has the host name of its pod from the engine, or by itself where that does not give it', () => {
  const parts = {
    ...{ pauseId: 'p', container: container(), attempt: 0, mounts: [], user: undefined, seccompProfile: undefined },
    pod: { ...pod, hostname: 'shop-1' },
  };
  expect(containerOptions(parts).Hostname).toBeUndefined();
  expect(containerOptions({ ...parts, isNamed: true }).Hostname).toBe('shop-1');
  expect(containerOptions({ ...parts, pod: { ...pod, hostNetwork: true }, isNamed: true }).Hostname).toBeUndefined();
});
