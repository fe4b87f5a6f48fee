import { describe, expect, it } from 'vitest';
import { defaultPodSpec, defaultSpecOfPod } from './default-pod-spec.ts';
import { defaultPullPolicy } from './image-pull-policy.ts';
import type { PodSpec } from './pod-spec.ts';

const asPod = (spec: PodSpec): PodSpec => {
  defaultSpecOfPod(spec);
  return spec;
};
const asTemplate = (spec: PodSpec): PodSpec => {
  defaultPodSpec(spec);
  return spec;
};

describe('defaults', () => {
  it('are those of Kubernetes', () => {
    expect(asPod({ containers: [{ name: 'a', image: 'busybox' }] })).toEqual({
      containers: [
        {
          name: 'a',
          image: 'busybox',
          imagePullPolicy: 'Always',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  it('of probes count zero as unset', () => {
    const { containers } = asPod({
      containers: [{ name: 'a', readinessProbe: { httpGet: { port: 80 }, periodSeconds: 0, initialDelaySeconds: 0 } }],
    });
    expect(containers?.[0]?.readinessProbe).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  it('take a request from its limit, in pods only', () => {
    const spec = (): PodSpec => ({
      containers: [{ name: 'a', resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } }],
    });
    expect(asPod(spec()).containers?.[0]?.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
    expect(asTemplate(spec()).containers?.[0]?.resources?.requests).toEqual({ cpu: '500m' });
  });

  it("open container ports on the host's network, in pods only", () => {
    const spec = (): PodSpec => ({ hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] });
    expect(asPod(spec()).containers?.[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
    expect(asTemplate(spec()).containers?.[0]?.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
  });

  it('of volumes', () => {
    const { volumes } = asTemplate({
      volumes: [
        { name: 'a' },
        { name: 'b', configMap: { name: 'c' } },
        { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        { name: 'e', downwardAPI: { items: [{ path: 'f', fieldRef: { fieldPath: 'metadata.name' } }] } },
        { name: 'g', hostPath: { path: '/g' } },
      ],
    });
    expect(volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
      {
        name: 'd',
        projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] },
      },
      {
        name: 'e',
        downwardAPI: {
          defaultMode: 420,
          items: [{ path: 'f', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }],
        },
      },
      { name: 'g', hostPath: { path: '/g', type: '' } },
    ]);
  });

  it('drop the zeroes that Go would leave out', () => {
    const bare = (): PodSpec => ({ containers: [{ name: 'a', env: [{ name: 'A' }], volumeMounts: [{ name: 'v' }] }] });
    const verbose: PodSpec & { containers: object[] } = {
      ...{ hostNetwork: false, nodeSelector: {}, tolerations: [], nodeName: '' },
      containers: [
        {
          ...{ name: 'a', tty: false, command: [], resources: { limits: {} } },
          env: [{ name: 'A', value: '' }],
          volumeMounts: [{ name: 'v', readOnly: false }],
        },
      ],
    };
    expect(asPod(verbose)).toEqual(asPod(bare()));
  });

  it('keep both names of the service account in step', () => {
    expect(asTemplate({ serviceAccount: 'a' })).toMatchObject({ serviceAccountName: 'a', serviceAccount: 'a' });
  });
});

describe('the pull policy', () => {
  it.each([
    ['busybox', 'Always'],
    ['busybox:latest', 'Always'],
    ['busybox:1', 'IfNotPresent'],
    ['localhost:5000/busybox', 'Always'],
    ['localhost:5000/busybox:1', 'IfNotPresent'],
    ['busybox@sha256:0123', 'IfNotPresent'],
    ['busybox:latest@sha256:0123', 'Always'],
  ])('of %s is %s', (image, policy) => {
    expect(defaultPullPolicy(image)).toBe(policy);
  });
});

it('a pod that has limits as a whole requests what its containers do, else as much as it may have', () => {
  const requests = (memory: string) => ({ requests: { memory, cpu: '200m' } });
  const given = (): PodSpec => ({
    resources: { limits: { cpu: '2', memory: '1Gi', 'hugepages-2Mi': '4Mi' }, requests: { cpu: '1' } },
    containers: [{ name: 'a', resources: requests('100Mi') }, { name: 'b' }],
    initContainers: [
      { name: 's', restartPolicy: 'Always', resources: requests('28Mi') },
      { name: 'i', resources: requests('64Mi') },
    ],
  });
  const pod = given();
  defaultSpecOfPod(pod);
  expect(pod.resources?.requests).toEqual({ cpu: '1', memory: '128Mi', 'hugepages-2Mi': '4Mi' });
  const template = given();
  defaultPodSpec(template);
  expect(template.resources?.requests).toEqual({ cpu: '1' });
  const alone: PodSpec = { resources: { limits: { memory: '1Gi' } }, containers: [{ name: 'a' }] };
  defaultSpecOfPod(alone);
  expect(alone.resources?.requests).toEqual({ memory: '1Gi' });
});
