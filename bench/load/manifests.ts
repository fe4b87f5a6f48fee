/** The objects that are written: of the sizes that the goals speak of, the same for every peer. */
import { type Random, seededRandom } from '../../src/timing/random.ts';
import type { KubeObject } from '../../src/values/object.ts';

export const NAMESPACE = 'default';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

function word(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS[Math.floor(random.next() * LETTERS.length)]).join('');
}

/** As a Deployment's pod looks: about 2.5 kB when it is stored. */
export function pod(name: string, random: Random): KubeObject {
  const variables = Array.from({ length: 18 }, (_, i) => ({ name: `SETTING_${i}`, value: word(random, 24) }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: NAMESPACE },
      labels: { app: 'bench', 'app.kubernetes.io/name': 'bench', 'pod-template-hash': word(random, 10) },
      annotations: { 'bench.flotilla.dev/checksum': word(random, 64) },
    },
    spec: {
      containers: [
        {
          ...{ name: 'main', image: `registry.example.com/bench/app:${word(random, 12)}`, env: variables },
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5 },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  };
}

/** About 300 bytes when it is stored. */
export const configMap = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE },
  ...{ data: { value: 'x'.repeat(40) } },
});

/** What etcd and the plain tables are given: the bytes of a pod. */
export const podBytes = (seed: number): Buffer =>
  Buffer.from(JSON.stringify(pod('bench', seededRandom(seed))).padEnd(2_500, ' '));
