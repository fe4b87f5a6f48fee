import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type ApiFixture, apiFixture } from '../../../../test/support/api-fixture.ts';

const PODS = '/api/v1/namespaces/default/pods';
const PATH = `${PODS}/a/resize`;
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };
const RESOURCES = { requests: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '2' } };

const sidecar = { name: 'proxy', image: 'p', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } };
const setup = { name: 'setup', image: 's', resources: { requests: { cpu: '100m' } } };

let api: ApiFixture;
const create = (spec: object = {}, metadata: object = {}): Promise<Answer> =>
  api.call('POST', PODS, {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...metadata } },
    spec: {
      containers: [{ name: 'main', image: 'i', resources: RESOURCES }],
      initContainers: [setup, sidecar],
      ...spec,
    },
  });
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

const patch = (spec: object): Promise<Answer> => api.call('PATCH', PATH, { spec }, STRATEGIC);
const resizeMain = (resources: object, more: object = {}): Promise<Answer> =>
  patch({ containers: [{ name: 'main', resources, ...more }] });
const messages = ({ json }: Answer): string[] =>
  json.details.causes.map(({ field, message }) => `${field}: ${message}`);

describe('pods/resize', () => {
  it('changes cpu and memory of containers and sidecars, and what a change restarts', async () => {
    await create();
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    const resized = await patch({
      containers: [
        { name: 'main', resources: { requests: { cpu: '1500m' }, limits: { memory: '2Gi' } }, resizePolicy },
      ],
      initContainers: [{ name: 'proxy', resources: { limits: { cpu: '200m' } } }],
    });
    expect(resized.code).toBe(200);
    expect(resized.json).toMatchObject({
      metadata: { generation: 2 },
      spec: {
        containers: [
          {
            resources: {
              requests: { cpu: '1500m', memory: '1Gi', 'ephemeral-storage': '1Gi' },
              limits: { cpu: '2', memory: '2Gi' },
            },
            resizePolicy,
          },
        ],
        initContainers: [{ name: 'setup' }, { resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } } }],
      },
    });
    expect((await api.call('GET', PATH)).json).toEqual(resized.json);
  });

  it('takes over nothing else, and no container that the pod does not have', async () => {
    const { json } = await create();
    json.spec.containers[0].resources.requests.cpu = '2';
    json.spec.containers[0].image = 'other';
    json.metadata.labels = { mine: 'no' };
    const containers = [...json.spec.containers, { name: 'new', image: 'n' }];
    const put = await api.call('PUT', PATH, { ...json, spec: { ...json.spec, containers } });
    expect(put.code).toBe(200);
    expect(put.json.spec.containers).toMatchObject([{ image: 'i', resources: { requests: { cpu: '2' } } }]);
    expect(put.json.spec.containers).toHaveLength(1);
    expect(put.json.metadata.labels).toBeUndefined();
  });

  it('is no change where the same amount is written otherwise', async () => {
    await create();
    expect((await resizeMain({ requests: { cpu: '1000m', 'ephemeral-storage': '1024Mi' } })).code).toBe(200);
  });

  it.each<[string, () => Promise<Answer>, string]>([
    [
      'another QoS class',
      () => resizeMain({ requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '1Gi' } }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'another resource',
      () => resizeMain({ requests: { 'ephemeral-storage': '2Gi' } }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      'less than nothing',
      () => resizeMain({ requests: { memory: null } }),
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ],
    [
      'no limit any more',
      () => resizeMain({ limits: null }),
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ],
    [
      'an init container',
      () => patch({ initContainers: [{ name: 'setup', resources: { requests: { cpu: '1' } } }] }),
      'spec: Forbidden: resources for non-sidecar init containers are immutable',
    ],
    [
      'more of another resource of a sidecar',
      () => patch({ initContainers: [{ name: 'proxy', resources: { requests: { 'ephemeral-storage': '1Gi' } } }] }),
      'spec: Forbidden: only cpu and memory resources for sidecar containers are mutable',
    ],
    [
      'a request above its limit',
      () => resizeMain({ requests: { cpu: '3' } }),
      'spec.containers[0].resources.requests: Invalid value: "3": must be less than or equal to cpu limit of 2',
    ],
    [
      'a policy that is none',
      () => resizeMain({}, { resizePolicy: [{ resourceName: 'gpu', restartPolicy: 'NotRequired' }] }),
      'spec.containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
    ],
  ])('refuses %s', async (_, ask, expected) => {
    // A sidecar without limits keeps the pod Burstable, whatever the main container has.
    await create({ initContainers: [setup, sidecar] });
    if (expected.includes('QOS')) {
      await api.call('DELETE', `${PODS}/a?gracePeriodSeconds=0`);
      const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2' } };
      await create({ initContainers: [], containers: [{ name: 'main', image: 'i', resources }] });
    }
    const refused = await ask();
    expect(refused.code).toBe(422);
    expect(messages(refused)).toEqual([expected]);
    expect((await api.call('GET', PATH)).json.metadata.generation).toBe(1);
  });

  it.each<[string, object, object, string]>([
    ['of the node', {}, { 'kubernetes.io/config.mirror': 'x' }, ': Forbidden: static pods cannot be resized'],
    [
      'with resources of its own',
      { resources: { requests: { cpu: '4' } } },
      {},
      ': Forbidden: pods with pod-level resources cannot be resized',
    ],
    ['of Windows', { os: { name: 'windows' } }, {}, ': Forbidden: windows pods cannot be resized'],
  ])('refuses a pod %s', async (_, spec, annotations, expected) => {
    await create(spec, { annotations });
    expect(messages(await resizeMain({ requests: { cpu: '2' } }))).toEqual([expected]);
  });

  it('refuses a pod that runs where nothing can resize it, and takes one whose node says what it has', async () => {
    await create();
    const running = { name: 'main', state: { running: {} }, restartCount: 0, ready: true, image: 'i', imageID: '' };
    const report = (more: object): Promise<Answer> =>
      api.call('PATCH', `${PODS}/a/status`, { status: { containerStatuses: [{ ...running, ...more }] } }, STRATEGIC);
    await report({});
    const expected = 'spec: Forbidden: Pod running on node without support for resize';
    expect(messages(await resizeMain({ requests: { cpu: '2' } }))).toEqual([expected]);
    await report({ resources: {} });
    expect((await resizeMain({ requests: { cpu: '2' } })).code).toBe(200);
  });

  it('is the only way: an update of the pod changes no resources', async () => {
    await create();
    const refused = await api.call(
      ...(['PATCH', `${PODS}/a`] as const),
      { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] } },
      STRATEGIC,
    );
    expect(messages(refused)[0]).toMatch(/^spec: Forbidden: pod updates may not change fields other than/);
  });

  it('lets no pod restart a container for a resize that never restarts', async () => {
    const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
    const containers = [{ name: 'main', image: 'i', resizePolicy }];
    const refused = await create({ restartPolicy: 'Never', initContainers: [], containers });
    expect(messages(refused)).toEqual([
      'spec.containers[0].resizePolicy: Invalid value: "RestartContainer": ' +
        "must be 'NotRequired' when `restartPolicy` is 'Never'",
    ]);
  });
});
