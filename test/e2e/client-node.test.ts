/** @kubernetes/client-node, unmodified: typed calls, informer, watch, log, patch, delete. */
import * as k8s from '@kubernetes/client-node';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { deploymentManifest, podManifest, simulation } from '../support/manifests.ts';
import { until } from '../support/until.ts';

describe.skipIf(missing !== undefined)(modeTitle('client-node'), () => {
  const flotilla = useFlotilla();
  const config = new k8s.KubeConfig();
  const namespace = 'client-node';
  let core: k8s.CoreV1Api;
  let apps: k8s.AppsV1Api;
  beforeAll(async () => {
    config.loadFromFile(flotilla().kubeconfig);
    core = config.makeApiClient(k8s.CoreV1Api);
    apps = config.makeApiClient(k8s.AppsV1Api);
    await core.createNamespace({ body: { metadata: { name: namespace } } });
  });

  it('lists the nodes, and pages through them', async () => {
    const all = await core.listNode();
    expect(all.items).toHaveLength(10);
    const names: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await core.listNode({ limit: 3, ...(token === undefined ? {} : { _continue: token }) });
      names.push(...page.items.map(({ metadata }) => metadata?.name));
      token = page.metadata?._continue;
    } while (token !== undefined && token !== '');
    expect(names).toEqual(all.items.map(({ metadata }) => metadata?.name));
  });

  it('follows pods with an informer, from the create to the delete', async () => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const informer = k8s.makeInformer(config, path, () => core.listNamespacedPod({ namespace }));
    onTestFinished(() => void informer.stop());
    const seen: string[] = [];
    informer.on('add', (pod) => void seen.push(`add ${pod.metadata?.name}`));
    informer.on('update', (pod) => void seen.push(`update ${pod.status?.phase}`));
    informer.on('delete', (pod) => void seen.push(`delete ${pod.metadata?.name}`));
    await informer.start();
    await core.createNamespacedPod({ namespace, body: podManifest('followed', namespace) });
    await until(() => seen.includes('update Running'));
    await core.deleteNamespacedPod({ name: 'followed', namespace });
    await until(() => seen.includes('delete followed'));
    expect(seen[0]).toBe('add followed');
  });

  it('reads a log, and patches in every JSON form', async () => {
    const talks = simulation({ logs: { everyMs: 50, lines: ['hello'] } });
    await core.createNamespacedPod({ namespace, body: podManifest('talking', namespace, {}, talks) });
    await until(async () => (await core.readNamespacedPod({ name: 'talking', namespace })).status?.phase === 'Running');
    await until(async () => (await core.readNamespacedPodLog({ name: 'talking', namespace })).includes('hello'));
    const of = { name: 'talking', namespace };
    for (const [contentType, body] of [
      [k8s.PatchStrategy.StrategicMergePatch, { metadata: { labels: { s: '1' } } }],
      [k8s.PatchStrategy.MergePatch, { metadata: { labels: { m: '1' } } }],
      [k8s.PatchStrategy.JsonPatch, [{ op: 'add', path: '/metadata/labels/j', value: '1' }]],
    ] as const) {
      await core.patchNamespacedPod({ ...of, body }, k8s.setHeaderOptions('Content-Type', contentType));
    }
    const { metadata } = await core.readNamespacedPod(of);
    expect(metadata?.labels).toMatchObject({ s: '1', m: '1', j: '1' });
  });

  it('creates and scales a deployment', async () => {
    await apps.createNamespacedDeployment({ namespace, body: deploymentManifest('web', namespace, 2) });
    await until(
      async () => (await apps.readNamespacedDeployment({ name: 'web', namespace })).status?.readyReplicas === 2,
    );
    const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace });
    scale.spec = { replicas: 4 };
    await apps.replaceNamespacedDeploymentScale({ name: 'web', namespace, body: scale });
    await until(
      async () => (await apps.readNamespacedDeployment({ name: 'web', namespace })).status?.readyReplicas === 4,
    );
  });

  it('answers errors that the client understands', async () => {
    const error = await core.readNamespacedPod({ name: 'nobody', namespace }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(k8s.ApiException);
    expect((error as k8s.ApiException<string>).code).toBe(404);
  });
});
