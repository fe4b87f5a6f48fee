import Fastify, { type FastifyInstance } from 'fastify';
import protobuf from 'protobufjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { RESOURCES } from '../../resources/index.ts';
import type { ApiContext } from '../context.ts';
import { servedKinds } from '../served-kinds.ts';
import type { OpenApiDocument } from './document.ts';
import { registerOpenApi } from './register-openapi.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof StatusError ? error.code : 500).send({ message: String(error) }),
  );
  registerOpenApi(app, { registry: { definitions: () => RESOURCES }, version: '1.2.3' } as unknown as ApiContext);
  await app.ready();
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
const urlOf = async (key: string): Promise<string> =>
  (await get('/openapi/v3')).json().paths[key].serverRelativeURL as string;
const documentOf = async (key: string): Promise<OpenApiDocument> => (await get(await urlOf(key))).json();

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

describe('/openapi/v3', () => {
  it('names the document of every group and version, with its hash', async () => {
    const { paths } = (await get('/openapi/v3')).json();
    const named = servedKinds({ definitions: () => RESOURCES }).map(({ group, version }) =>
      group === '' ? `api/${version}` : `apis/${group}/${version}`,
    );
    expect(Object.keys(paths)).toEqual([...new Set(named)]);
    expect(paths['apis/apps/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
  });

  it('lets documents be kept for ever under their hash, and the index be revalidated', async () => {
    const index = await get('/openapi/v3');
    expect(index.headers['cache-control']).toBe('no-cache, private');
    expect((await get('/openapi/v3', { 'if-none-match': String(index.headers.etag) })).statusCode).toBe(304);

    const url = await urlOf('api/v1');
    const response = await get(url);
    expect(response.headers['cache-control']).toContain('public, immutable');
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers.etag).toBe(`"${url.split('=')[1]}"`);
    expect((await get(url, { 'if-none-match': String(response.headers.etag) })).statusCode).toBe(304);
  });

  it('leads an old hash to the new one, and does not let the bare path be kept', async () => {
    const old = await get('/openapi/v3/api/v1?hash=OLD');
    expect([old.statusCode, old.headers.location]).toEqual([301, await urlOf('api/v1')]);
    expect((await get('/openapi/v3/api/v1')).headers['cache-control']).toBe('no-cache, private');
  });

  it('answers 406 to who takes protobuf alone', async () => {
    expect((await get('/openapi/v3/api/v1', { accept: PROTOBUF })).statusCode).toBe(406);
    expect((await get('/openapi/v2', { accept: 'application/com.github.proto-openapi' })).statusCode).toBe(406);
  });
});

describe('the document of a version', () => {
  it('tells kubectl which fields of a patch the server validates', async () => {
    const { paths } = await documentOf('api/v1');
    const patch = paths['/api/v1/namespaces/{namespace}/pods/{name}']?.patch;
    expect(patch?.['x-kubernetes-action']).toBe('patch');
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({ group: '', version: 'v1', kind: 'Pod' });
    expect(patch?.parameters).toEqual(
      expect.arrayContaining(
        ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => expect.objectContaining({ name })),
      ),
    );
    expect(Object.keys(patch?.requestBody?.content ?? {})).toContain('application/strategic-merge-patch+json');
  });

  it('offers strategic merge only for kinds that have it', async () => {
    const { paths } = await documentOf('apis/fleet.flotilla.dev/v1alpha1');
    const body = paths['/apis/fleet.flotilla.dev/v1alpha1/nodepools/{name}']?.patch?.requestBody;
    expect(Object.keys(body?.content ?? {})).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
  });

  it('has an operation for every verb that discovery lists', async () => {
    const { paths } = await documentOf('api/v1');
    const pods = '/api/v1/namespaces/{namespace}/pods';
    const methods = (path: string): string[] =>
      Object.keys(paths[path] ?? {})
        .filter((key) => key !== 'parameters')
        .sort();
    expect(methods('/api/v1/pods')).toEqual(['get']);
    expect(methods(pods)).toEqual(['delete', 'get', 'post']);
    expect(methods(`${pods}/{name}`)).toEqual(['delete', 'get', 'patch', 'put']);
    expect(methods(`${pods}/{name}/status`)).toEqual(['get', 'patch', 'put']);
    expect(methods(`${pods}/{name}/eviction`)).toEqual(['post']);
    expect(methods(`${pods}/{name}/log`)).toEqual(['get']);
    expect(methods('/api/v1/nodes')).toEqual(['delete', 'get', 'post']);
  });

  it('names operations as Kubernetes does', async () => {
    const { paths } = await documentOf('api/v1');
    const pods = '/api/v1/namespaces/{namespace}/pods';
    expect(paths['/api/v1/pods']?.get?.operationId).toBe('listCoreV1PodForAllNamespaces');
    expect(paths[pods]?.get?.operationId).toBe('listCoreV1NamespacedPod');
    expect(paths[pods]?.delete?.operationId).toBe('deleteCoreV1CollectionNamespacedPod');
    expect(paths[`${pods}/{name}`]?.put?.operationId).toBe('replaceCoreV1NamespacedPod');
    expect(paths[`${pods}/{name}/log`]?.get?.operationId).toBe('readCoreV1NamespacedPodLog');
    expect(paths['/api/v1/nodes/{name}/status']?.patch?.operationId).toBe('patchCoreV1NodeStatus');
  });

  it('takes and gives the kinds of other groups at subresources', async () => {
    const { paths, components } = await documentOf('apis/fleet.flotilla.dev/v1alpha1');
    const scale = paths['/apis/fleet.flotilla.dev/v1alpha1/nodepools/{name}/scale']?.put;
    expect(scale?.['x-kubernetes-group-version-kind']).toEqual({ group: 'autoscaling', version: 'v1', kind: 'Scale' });
    expect(scale?.requestBody?.content['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/io.k8s.api.autoscaling.v1.Scale',
    });
    expect(components.schemas).toHaveProperty(['io.k8s.api.autoscaling.v1.Scale']);
  });
});

const field = (type: string, id: number, rule?: 'repeated') => ({ type, id, ...(rule && { rule }) });
const named = (type: string) => ({ fields: { name: field('string', 1), value: field(type, 2) } });
/** A part of OpenAPIv2.proto, so that a second implementation reads what ours wrote. */
const gnostic = protobuf.Root.fromJSON({
  nested: {
    Document: { fields: { swagger: field('string', 1), definitions: field('Definitions', 9) } },
    Definitions: { fields: { items: field('NamedSchema', 1, 'repeated') } },
    NamedSchema: named('Schema'),
    NamedAny: named('Any'),
    Any: { fields: { yaml: field('string', 2) } },
    TypeItem: { fields: { value: field('string', 1, 'repeated') } },
    ItemsItem: { fields: { schema: field('Schema', 1, 'repeated') } },
    Schema: {
      fields: {
        ...{ ref: field('string', 1), required: field('string', 19, 'repeated'), type: field('TypeItem', 22) },
        ...{ items: field('ItemsItem', 23), properties: field('Definitions', 25) },
        extensions: field('NamedAny', 31, 'repeated'),
      },
    },
  },
});

describe('/openapi/v2', () => {
  it('holds the same paths and schemas, all references within reach', async () => {
    const response = await get('/openapi/v2');
    const v2 = response.json();
    expect(v2.swagger).toBe('2.0');
    expect(response.body).not.toMatch(/#\/components|oneOf|allOf|requestBody/);
    for (const [, section = '', name = ''] of response.body.matchAll(/"#\/(definitions|parameters)\/([^"]+)"/g)) {
      expect(v2[section]).toHaveProperty([name]);
    }
    expect(v2.definitions['io.k8s.api.core.v1.PodSpec'].properties.containers.items).toEqual({
      $ref: '#/definitions/io.k8s.api.core.v1.Container',
    });
    expect(v2.definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'].type).toBe('string');
  });

  it('is protobuf for kubectl: as gnostic has it', async () => {
    const { headers, rawPayload } = await get('/openapi/v2', { accept: `${PROTOBUF}, */*` });
    expect(headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    const document = gnostic.lookupType('Document').decode(rawPayload).toJSON();
    expect(document['swagger']).toBe('2.0');
    const definitions = Object.fromEntries(document['definitions'].items.map((item: Named) => [item.name, item.value]));
    const json = (await get('/openapi/v2')).json();
    expect(Object.keys(definitions)).toEqual(Object.keys(json.definitions));
    const { properties, required, extensions } = definitions['io.k8s.api.core.v1.Container'];
    expect(required).toEqual(['name']);
    expect(properties.items).toContainEqual({
      name: 'ports',
      value: expect.objectContaining({
        type: { value: ['array'] },
        items: { schema: [{ ref: '#/definitions/io.k8s.api.core.v1.ContainerPort' }] },
      }),
    });
    expect(extensions).toBeUndefined();
    expect(definitions['io.k8s.api.core.v1.ConfigMap'].extensions).toContainEqual({
      name: 'x-kubernetes-group-version-kind',
      value: { yaml: '[{"group":"","kind":"ConfigMap","version":"v1"}]' },
    });
  });
});

interface Named {
  readonly name: string;
  readonly value: object;
}
