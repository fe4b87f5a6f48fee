import { describe, expect, it } from 'vitest';
import { containerEnv, type EnvSource } from './container-env.ts';
import { ContainerConfigError } from './downward-values.ts';
import type { EnvVar, Pod } from './pod.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'ns', uid: 'u', labels: { app: 'x' } },
  spec: { nodeName: 'n1', containers: [{ name: 'c', resources: { limits: { memory: '64Mi', cpu: '1500m' } } }] },
};
const source: EnvSource = {
  pod,
  hostIP: '100.64.0.1',
  podIP: '10.0.0.2',
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
  it('says what is missing', async () => {
    const missing = (valueFrom: NonNullable<EnvVar['valueFrom']>) => expect(env([{ name: 'X', valueFrom }])).rejects;
    await missing({ configMapKeyRef: { name: 'gone', key: 'k' } }).toThrow(
      new ContainerConfigError('configmap "gone" not found'),
    );
    await missing({ secretKeyRef: { name: 'there', key: 'z' } }).toThrow(
      new ContainerConfigError("couldn't find key z in Secret ns/there"),
    );
  });
});
