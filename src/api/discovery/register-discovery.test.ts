import Fastify, { type FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { defineResource } from '../../resources/define-resource.ts';
import type { ApiContext } from '../context.ts';
import { registerErrorHandler } from '../server/error-handler.ts';
import { registerDiscovery } from './register-discovery.ts';

const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const V2BETA1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
/** What kubectl 1.34 sends. */
const KUBECTL = `${V2},${V2BETA1},application/json`;

const core = { group: '', version: 'v1', columns: [] };
const DEFINITIONS = [
  defineResource({
    ...core,
    kind: 'Pod',
    plural: 'pods',
    namespaced: true,
    schema: 'io.k8s.api.core.v1.Pod',
    shortNames: ['po'],
    categories: ['all'],
    subresources: {
      status: true,
      other: {
        eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
        log: { kind: 'Pod', verbs: ['get'] },
      },
    },
  }),
  defineResource({ ...core, kind: 'Node', plural: 'nodes', namespaced: false, schema: 'io.k8s.api.core.v1.Node' }),
  ...['v1beta1', 'v1'].map((version) =>
    defineResource({
      group: 'apps',
      version,
      kind: 'Deployment',
      plural: 'deployments',
      namespaced: true,
      schema: `io.k8s.api.apps.${version}.Deployment`,
      columns: [],
      subresources: { scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' } },
    }),
  ),
];

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify();
  registerErrorHandler(app, silentLogger);
  registerDiscovery(app, {
    registry: { definitions: () => DEFINITIONS },
    settings: { host: '127.0.0.1', port: 6443 },
  } as unknown as ApiContext);
  await app.ready();
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

describe('aggregated discovery', () => {
  it('answers with exactly the media type that was asked for', async () => {
    const response = await get('/apis', { accept: KUBECTL });
    expect(response.headers['content-type']).toBe(V2);
    expect(response.headers.vary).toBe('Accept');
    expect(response.json()).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
    });
    expect(response.json().items[0]).toMatchObject({
      metadata: { name: 'apps' },
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
    });
    // What is asked and measured, whatever is stored.
    const names = response.json().items.map((item: { metadata: { name: string } }) => item.metadata.name);
    expect(names).toEqual(['apps', 'authentication.k8s.io', 'authorization.k8s.io', 'metrics.k8s.io']);
  });

  it('takes the parameters of the media type in any order', async () => {
    const headlamp = 'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io';
    expect((await get('/api', { accept: headlamp })).headers['content-type']).toBe(V2);
  });

  it.each([
    V2BETA1,
    'application/json',
    '*/*',
    `${V2};q=0,*/*`,
    'application/vnd.kubernetes.protobuf',
    'text/html,*/*;q=0.8',
  ])('gives the legacy form to %s', async (accept) => {
    const response = await get('/api', { accept });
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers.vary).toBe('Accept');
    expect(response.json()).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
    });
  });

  it('comes in YAML, and is a 406 to who takes neither', async () => {
    for (const path of ['/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1']) {
      const yaml = await get(path, { accept: 'application/yaml' });
      expect(yaml.headers['content-type']).toBe('application/yaml');
      expect(yaml.body).toMatch(/^kind: API\w+\n/);
      const refused = await get(path, { accept: 'text/html' });
      expect([refused.statusCode, refused.json().message]).toEqual([
        406,
        'only the following media types are accepted: application/json, application/yaml',
      ]);
    }
  });

  it('has bindings, which are ordered and not stored', async () => {
    const { resources } = (await get('/api/v1')).json();
    const name = 'bindings';
    expect(resources).toContainEqual(
      expect.objectContaining({ name, singularName: 'binding', namespaced: true, kind: 'Binding', verbs: ['create'] }),
    );
  });

  it('tells scope, names, verbs and the kinds that subresources answer with', async () => {
    const { items } = (await get('/api', { accept: V2 })).json();
    expect(items[0].metadata).toEqual({});
    expect(items[0].versions[0].resources[0]).toEqual({
      resource: 'pods',
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['po'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'eviction',
          responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
          verbs: ['create'],
        },
        { subresource: 'log', responseKind: { group: '', version: 'v1', kind: 'Pod' }, verbs: ['get'] },
        {
          subresource: 'status',
          responseKind: { group: '', version: 'v1', kind: 'Pod' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
    expect(items[0].versions[0].resources[1]).toMatchObject({ resource: 'nodes', scope: 'Cluster' });
  });

  it('answers 304 to the ETag of the same form only', async () => {
    const { etag } = (await get('/apis', { accept: V2 })).headers;
    const again = await get('/apis', { accept: V2, 'if-none-match': String(etag) });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect((await get('/apis', { 'if-none-match': String(etag) })).statusCode).toBe(200);
  });
});

describe('legacy discovery', () => {
  it('lists groups with the stable version preferred', async () => {
    const group = {
      name: 'apps',
      versions: [
        { groupVersion: 'apps/v1', version: 'v1' },
        { groupVersion: 'apps/v1beta1', version: 'v1beta1' },
      ],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    };
    const { groups, ...list } = (await get('/apis')).json();
    expect(list).toEqual({ kind: 'APIGroupList', apiVersion: 'v1' });
    expect(groups[0]).toEqual(group);
    expect((await get('/apis/apps')).json()).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...group });
  });

  it('names group and version of a subresource only where they are foreign', async () => {
    const { groupVersion, resources } = (await get('/api/v1')).json();
    expect(groupVersion).toBe('v1');
    expect(resources.slice(1, 3)).toEqual([
      {
        name: 'pods/eviction',
        singularName: '',
        namespaced: true,
        group: 'policy',
        version: 'v1',
        kind: 'Eviction',
        verbs: ['create'],
      },
      { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
    ]);
  });

  it('gives the storage version hash that kube-apiserver gives', async () => {
    const [pod] = (await get('/api/v1')).json().resources;
    expect(pod.storageVersionHash).toBe('xPOwRZ+Yhw8=');
  });

  it('lists the scale subresource under its own group', async () => {
    const { resources } = (await get('/apis/apps/v1')).json();
    expect(resources[1]).toMatchObject({
      name: 'deployments/scale',
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it.each(['/apis/policy', '/apis/apps/v9', '/api/v2', '/apis/__proto__', '/apis/apps/v1%2f'])(
    'does not know %s',
    async (url) => {
      const response = await get(url);
      expect(response.statusCode).toBe(404);
      expect(response.json()).toMatchObject({
        kind: 'Status',
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
      });
    },
  );
});
