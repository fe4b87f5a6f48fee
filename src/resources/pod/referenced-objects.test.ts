import { describe, expect, it } from 'vitest';
import { referencedObjects } from './referenced-objects.ts';

const referenced = (spec: unknown): string[] => [...referencedObjects({ metadata: { name: 'web' }, spec })].sort();
const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
const ref = { secretRef: { name: 's' } };
const env = {
  envFrom: [ref, { configMapRef: { name: 'c' } }],
  env: [
    { name: 'A', valueFrom: { secretKeyRef: { name: 's2', key: 'k' } } },
    { name: 'B', valueFrom: { configMapKeyRef: { name: 'c2', key: 'k' } } },
  ],
};
const OF_ENV = ['configmaps/c', 'configmaps/c2', 'secrets/s', 'secrets/s2'];

describe('what a pod names', () => {
  it.each([
    [{ imagePullSecrets: [{ name: 's' }, { name: 't' }, {}] }, ['secrets/s', 'secrets/t']],
    [{ containers: [env] }, OF_ENV],
    [{ initContainers: [env] }, OF_ENV],
    [{ ephemeralContainers: [env] }, OF_ENV],
    [volume({ azureFile: { secretName: 's', shareName: 'x' } }), ['secrets/s']],
    [volume({ secret: { secretName: 's' } }), ['secrets/s']],
    [volume({ cephfs: ref }), ['secrets/s']],
    [volume({ cinder: ref }), ['secrets/s']],
    [volume({ flexVolume: { ...ref, options: { secretRef: 'x' } } }), ['secrets/s']],
    [volume({ iscsi: ref }), ['secrets/s']],
    [volume({ rbd: ref }), ['secrets/s']],
    [volume({ scaleIO: ref }), ['secrets/s']],
    [volume({ storageos: ref }), ['secrets/s']],
    [volume({ csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }), ['secrets/s']],
    [volume({ configMap: { name: 'c' } }), ['configmaps/c']],
    [
      volume({ projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'c' } }] } }),
      ['configmaps/c', 'secrets/s'],
    ],
    [volume({ persistentVolumeClaim: { claimName: 'p' } }), ['persistentvolumeclaims/p']],
    [volume({ ephemeral: { volumeClaimTemplate: { spec: {} } } }), ['persistentvolumeclaims/web-v']],
    [{ ...volume({ emptyDir: {}, hostPath: null }), nodeSelector: { secret: 'x', configMap: 'y' } }, []],
    [{ volumes: null, imagePullSecrets: null }, []],
    [undefined, []],
  ])('%j', (spec, expected) => {
    expect(referenced(spec)).toEqual(expected);
  });
});
