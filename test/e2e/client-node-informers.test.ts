/**
 * Informers of @kubernetes/client-node as their documentation has them: one that is told of an error is started again.
 * They must end up with what is there, whatever happened to the server or the connection meanwhile.
 */
import * as k8s from '@kubernetes/client-node';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { until } from '../support/until.ts';

const namespace = 'client-node-informers';
const RESTART_MS = 100;

describe.skipIf(missing !== undefined)(modeTitle('informers of client-node'), () => {
  const flotilla = useFlotilla();
  let proxy: CuttingProxy;
  let core: k8s.CoreV1Api;
  let informer: k8s.Informer<k8s.V1ConfigMap> & k8s.ObjectCache<k8s.V1ConfigMap>;
  let seen: string[];
  let lists: number;
  let stopInformer: () => Promise<void>;

  const load = (server?: string): k8s.KubeConfig => {
    const config = new k8s.KubeConfig();
    config.loadFromFile(flotilla().kubeconfig);
    const cluster = config.getCurrentCluster();
    if (server !== undefined && cluster !== null) {
      config.clusters = [{ ...cluster, server }];
    }
    return config;
  };
  const create = (name: string) => core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
  const remove = (name: string) => core.deleteNamespacedConfigMap({ namespace, name });
  /** The cluster has objects of its own in every namespace. */
  const isOurs = (name: string): boolean => !name.startsWith('kube-');
  const names = (): string[] =>
    informer
      .list(namespace)
      .map(({ metadata }) => metadata?.name ?? '')
      .filter(isOurs);

  beforeAll(async () => {
    core = load().makeApiClient(k8s.CoreV1Api);
    await core.createNamespace({ body: { metadata: { name: namespace } } });
  });

  beforeEach(async () => {
    const { server } = await flotilla().access();
    proxy = await startCuttingProxy(server);
    const config = load(proxy.url.replace(/\/$/, ''));
    const client = config.makeApiClient(k8s.CoreV1Api);
    seen = [];
    lists = 0;
    informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => {
      lists += 1;
      return client.listNamespacedConfigMap({ namespace });
    });
    for (const event of ['add', 'delete'] as const) {
      informer.on(event, ({ metadata: { name = '' } = {} }) => void (isOurs(name) && seen.push(`${event} ${name}`)));
    }
    let stopped = false;
    informer.on('error', () => {
      setTimeout(() => void (stopped || informer.start()), RESTART_MS);
    });
    stopInformer = async () => {
      stopped = true;
      await informer.stop();
    };
    await informer.start();
    await create('first');
    await until(() => seen.includes('add first'));
  });
  afterEach(async () => {
    await stopInformer();
    await proxy.close();
    const { items } = await core.listNamespacedConfigMap({ namespace });
    await Promise.all(items.map(({ metadata: { name = '' } = {} }) => (isOurs(name) ? remove(name) : undefined)));
  });

  it('go on where they were when the connection was cut: nothing is missed, nothing comes twice, no list', async () => {
    for (const round of ['a', 'b', 'c']) {
      proxy.damage();
      await create(round);
      await remove(round);
      await create(`${round}-stays`);
      proxy.mend();
      await until(() => seen.includes(`add ${round}-stays`));
    }
    const rounds = ['a', 'b', 'c'].flatMap((round) => [`add ${round}`, `delete ${round}`, `add ${round}-stays`]);
    expect(seen).toEqual(['add first', ...rounds]);
    expect(lists).toBe(1);
  });

  it('list again after a 410, and see what went and came while the server was down', async () => {
    await create('goes');
    await until(() => seen.includes('add goes'));
    await flotilla().kill('SIGTERM');
    await flotilla().command('bump-revision');
    await flotilla().start();
    // Before its watch is back it may still be told of the old version: what counts is where it ends up.
    await remove('goes');
    await create('comes');
    await until(() => names().includes('comes') && !names().includes('goes'));
    expect(names().sort()).toEqual(['comes', 'first']);
    expect(seen.filter((event) => event === 'add first')).toHaveLength(1);
    expect(lists).toBeGreaterThan(1);
  });

  it('go on after the server was killed', async () => {
    await flotilla().kill('SIGKILL');
    await flotilla().start();
    await create('later');
    await until(() => names().includes('later'));
    await remove('first');
    await until(() => seen.includes('delete first'));
  });
});
