import { describe, expect, it } from 'vitest';
import { containerEnv, type EnvSource } from './container-env.ts';
import { ContainerConfigError } from './downward-values.ts';
import type { EnvVar, Pod } from './pod.ts';
import { type ServiceAddress, serviceEnv } from './service-env.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'ns', uid: 'u', labels: { app: 'x' } },
  spec: { nodeName: 'n1', containers: [{ name: 'c', resources: { limits: { memory: '64Mi', cpu: '1500m' } } }] },
};
const services: ServiceAddress[] = [];
const source: EnvSource = {
  pod,
  serviceEnvOf: async (namespace, links) => serviceEnv(services, namespace, links),
  hostIP: '100.64.0.1',
  podIP: '10.0.0.2',
  readNode: async () => ({ status: { allocatable: { cpu: '7500m', memory: '8Gi', 'example.com/gpu': '2' } } }),
  readConfig: async (id, name) => {
    const data: Record<string, string> =
      id === 'secrets' ? { k: Buffer.from('top').toString('base64') } : { k: 'v', m: 'w' };
    return name === 'there' ? ({ apiVersion: 'v1', kind: 'X', metadata: {}, data } as never) : undefined;
  },
};
const env = async (given: EnvVar[], envFrom = {}) =>
  Object.fromEntries(
    (await containerEnv({ name: 'c', env: given, ...envFrom, ...pod.spec.containers[0] }, source)).map((e) => [
      e.name,
      e.value,
    ]),
  );

describe('containerEnv', () => {
  it('expands what is known and keeps what is not', async () => {
    expect(
      await env([
        { name: 'A', value: '1' },
        { name: 'B', value: '$(A)-$(NO)-$$(A)' },
      ]),
    ).toEqual({
      A: '1',
      B: '1-$(NO)-$(A)',
    });
  });
  it('reads fields, resources, ConfigMaps and Secrets', async () => {
    const from = (valueFrom: EnvVar['valueFrom']) => env([{ name: 'X', ...(valueFrom && { valueFrom }) }]);
    expect(await from({ fieldRef: { fieldPath: "metadata.labels['app']" } })).toEqual({ X: 'x' });
    expect(await from({ fieldRef: { fieldPath: 'status.podIP' } })).toEqual({ X: '10.0.0.2' });
    expect(await from({ resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } })).toEqual({ X: '64' });
    expect(await from({ resourceFieldRef: { resource: 'limits.cpu' } })).toEqual({ X: '2' });
    expect(await from({ secretKeyRef: { name: 'there', key: 'k' } })).toEqual({ X: 'top' });
    expect(await from({ configMapKeyRef: { name: 'gone', key: 'k', optional: true } })).toEqual({});
    expect(await env([], { envFrom: [{ prefix: 'P_', configMapRef: { name: 'there' } }] })).toEqual({
      P_k: 'v',
      P_m: 'w',
    });
  });
  it('takes a limit that is not set for the pod’s, else for what the node has', async () => {
    const told = async (spec: Partial<Pod['spec']>, resource: string) => {
      const env = [{ name: 'X', valueFrom: { resourceFieldRef: { resource } } }];
      const of = {
        ...source,
        serviceEnvOf: async () => new Map<string, string>(),
        pod: { ...pod, spec: { ...pod.spec, ...spec } },
      };
      return (await containerEnv({ name: 'new', resources: { limits: { cpu: '0' } }, env }, of)).map((e) => e.value);
    };
    expect(await told({}, 'limits.cpu')).toEqual(['8']);
    expect(await told({}, 'limits.memory')).toEqual([String(8 * 2 ** 30)]);
    expect(await told({}, 'requests.memory')).toEqual(['0']);
    expect(await told({}, 'limits.example.com/gpu')).toEqual(['0']);
    expect(await told({ resources: { limits: { memory: '1Gi' } } }, 'limits.memory')).toEqual([String(2 ** 30)]);
  });
  it('says what is missing', async () => {
    const missing = (valueFrom: NonNullable<EnvVar['valueFrom']>) => expect(env([{ name: 'X', valueFrom }])).rejects;
    await missing({ configMapKeyRef: { name: 'gone', key: 'k' } }).toThrow(
      new ContainerConfigError('configmap "gone" not found'),
    );
    await missing({ secretKeyRef: { name: 'there', key: 'z' } }).toThrow(
      new ContainerConfigError("couldn't find key z in Secret ns/there"),
    );
  });

  it('has an end, however variables double each other', async () => {
    const doubled = Array.from({ length: 60 }, (_, i) => ({ name: `A${i + 1}`, value: `$(A${i})$(A${i})` }));
    await expect(env([{ name: 'A0', value: 'x' }, ...doubled])).rejects.toThrow(
      new ContainerConfigError('"$(A17)$(A17)" is longer than 131072 bytes when it is expanded'),
    );
    const long = { name: 'A0', value: 'x'.repeat(131_072) };
    const copies = Array.from({ length: 1_000 }, (_, i) => ({ name: `B${i}`, value: '$(A0)' }));
    await expect(env([long, ...copies])).rejects.toThrow('the environment is longer than 6291456 bytes');
    expect((await env([long, ...copies.slice(0, 10)]))['B9']).toHaveLength(131_072);
  });

  it('decodes what is named often once, counts it by its bytes, and lets others have their turn', async () => {
    const data = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`K${i}`, Buffer.from('é'.repeat(20)).toString('base64')]),
    );
    let decodings = 0;
    const object = {
      get data() {
        decodings += 1;
        return data;
      },
    };
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const start = (references: number) => {
      const envFrom = Array.from({ length: references }, (_, i) => ({ prefix: `P${i}_`, secretRef: { name: 'big' } }));
      return containerEnv({ name: 'c', envFrom }, { ...source, readConfig: async () => object as never });
    };
    expect(await start(5)).toHaveLength(50_000);
    await expect(start(200)).rejects.toThrow(new ContainerConfigError('the environment is longer than 6291456 bytes'));
    clearImmediate(immediate);
    expect(decodings).toBe(2);
    expect(turns).toBeGreaterThan(20);
  });

  it('looks a variable up without going through the others', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `A${i}`, value: i === 0 ? 'x' : `$(A${i - 1})` }));
    expect((await env(many))['A9999']).toBe('x');
  });

  it('tells of services, the API’s first, and gives way to what the container says', async () => {
    services.push(
      { namespace: 'default', name: 'kubernetes', clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
      { namespace: 'ns', name: 'my-db', clusterIP: 'fd00::1', ports: [{ port: 53, protocol: 'UDP' }] },
      { namespace: 'other', name: 'far', clusterIP: '10.96.0.9', ports: [{ port: 1 }] },
    );
    const api = {
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
      KUBERNETES_PORT: 'tcp://10.96.0.1:443',
      KUBERNETES_PORT_443_TCP: 'tcp://10.96.0.1:443',
      KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
      KUBERNETES_PORT_443_TCP_PORT: '443',
      KUBERNETES_PORT_443_TCP_ADDR: '10.96.0.1',
    };
    const db = {
      MY_DB_SERVICE_HOST: 'fd00::1',
      MY_DB_SERVICE_PORT: '53',
      MY_DB_PORT: 'udp://[fd00::1]:53',
      MY_DB_PORT_53_UDP: 'udp://[fd00::1]:53',
      MY_DB_PORT_53_UDP_PROTO: 'udp',
      MY_DB_PORT_53_UDP_PORT: '53',
      MY_DB_PORT_53_UDP_ADDR: 'fd00::1',
    };
    expect(await env([])).toEqual({ ...api, ...db });
    const own = [
      { name: 'MY_DB_PORT', value: 'mine' },
      { name: 'AT', value: '$(MY_DB_SERVICE_HOST) $(MY_DB_PORT)' },
    ];
    expect(await env(own)).toEqual({ ...api, ...db, MY_DB_PORT: 'mine', AT: 'fd00::1 mine' });
    pod.spec.enableServiceLinks = false;
    expect(await env([])).toEqual(api);
    delete pod.spec.enableServiceLinks;
    services.length = 0;
  });
});
