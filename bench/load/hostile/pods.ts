/** Pods with very much of one thing. */
import { type HostileRequest, MANY, PODS, pairs, pod, post, times } from './request.ts';

const container = (of: object): object => ({ containers: [{ name: 'c', image: 'i', ...of }] });
const specs: readonly (readonly [string, (run: string) => object])[] = [
  ['containers, bad: 49,000', () => ({ containers: times(MANY, () => ({})) })],
  ['containers: 16,000', () => ({ containers: times(16_000, (i) => ({ name: `c${i}`, image: 'i' })) })],
  ['env, bad: 49,000', () => container({ env: times(MANY, () => ({})) })],
  ['env: 20,000', () => container({ env: times(20_000, (i) => ({ name: `E${i}`, value: 'v' })) })],
  ['env from, bad: 49,000', () => container({ envFrom: times(MANY, () => ({})) })],
  [
    'env references, bad: 10,000',
    () =>
      container({
        env: times(10_000, (i) => ({ name: `E${i}`, valueFrom: { fieldRef: { fieldPath: 'metadata.nothing' } } })),
      }),
  ],
  ['ports, bad: 49,000', () => container({ ports: times(MANY, () => ({})) })],
  [
    'ports, one name: 16,000',
    () => container({ ports: times(16_000, (i) => ({ name: 'p', containerPort: i + 1, hostPort: 1 })) }),
  ],
  ['mounts, bad: 49,000', () => container({ volumeMounts: times(MANY, () => ({})) })],
  [
    'mounts of one volume: 20,000',
    () => ({
      volumes: [{ name: 'v', emptyDir: {} }],
      ...container({ volumeMounts: times(20_000, (i) => ({ name: 'v', mountPath: `/a/${i}` })) }),
    }),
  ],
  ['tolerations, bad: 49,000', () => ({ tolerations: times(MANY, () => ({ operator: 'X' })) })],
  ['tolerations: 16,000', () => ({ tolerations: times(16_000, (i) => ({ key: `k${i}`, operator: 'Exists' })) })],
  ['volumes, bad: 49,000', () => ({ volumes: times(MANY, () => ({})) })],
  ['volumes: 20,000', () => ({ volumes: times(20_000, (i) => ({ name: `v${i}`, emptyDir: {} })) })],
  ['limits, bad: 49,000', () => container({ resources: { limits: pairs(MANY, '1', 'bad') } })],
  ['limits: 49,000', () => container({ resources: { limits: pairs(MANY, '1', 'a.b/k') } })],
  ['host aliases, bad: 24,000', () => ({ hostAliases: times(24_000, () => ({ ip: 'x', hostnames: ['-'] })) })],
  ['node selector, bad: 49,000', () => ({ nodeSelector: pairs(MANY, '-bad-', 'bad!') })],
  [
    'affinity terms, bad: 49,000',
    () => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: times(24_000, () => ({ matchExpressions: [{}] })),
          },
        },
      },
    }),
  ],
  [
    'spread constraints, bad: 24,000',
    () => ({ topologySpreadConstraints: times(24_000, (i) => ({ topologyKey: 'a', maxSkew: -i })) }),
  ],
  [
    'spread constraints: 12,000',
    () => ({
      topologySpreadConstraints: times(12_000, (i) => ({
        topologyKey: `k${i}`,
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
      })),
    }),
  ],
  ['image pull secrets: 49,000', () => ({ imagePullSecrets: times(MANY, () => ({ name: 'a' })) })],
  ['scheduling gates, one: 49,000', () => ({ schedulingGates: times(MANY, () => ({ name: 'a' })) })],
  ['readiness gates, bad: 49,000', () => ({ readinessGates: times(MANY, () => ({ conditionType: '!' })) })],
  ['sysctls, bad: 49,000', () => ({ securityContext: { sysctls: times(MANY, () => ({ name: '!' })) } })],
  ['resource claims, bad: 49,000', () => ({ resourceClaims: times(MANY, () => ({ name: '!' })) })],
];

export const hostilePods = (run: string): readonly HostileRequest[] =>
  specs.map(([title, spec], i) => ({ title: `pod: ${title}`, ...post(PODS, () => pod(`s${i}-${run}`, spec(run))) }));
