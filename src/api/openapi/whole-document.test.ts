import * as kubernetes from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../resources/index.ts';
import { REVIEWS } from '../../resources/reviews/index.ts';
import { METHODS, type Parameter, type Reference } from './document.ts';
import { capital } from './kind-names.ts';
import { wholeDocument } from './whole-document.ts';

const document = wholeDocument([...RESOURCES, ...REVIEWS], '1.2.3');
const text = JSON.stringify(document);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ path, method, operation, shared: item.parameters ?? [] }];
  }),
);

const resolve = (parameter: Parameter | Reference): Parameter | undefined =>
  '$ref' in parameter
    ? document.components.parameters?.[parameter.$ref.replace('#/components/parameters/', '')]
    : parameter;

/** The methods of Kubernetes' own client for a group and version: they are named by the ids of its operations. */
function methodsOf(groupVersion: string): object {
  const api = (kubernetes as unknown as Record<string, { prototype: object } | undefined>)[`${groupVersion}Api`];
  expect(api, groupVersion).toBeDefined();
  return api?.prototype ?? {};
}

describe('the whole document', () => {
  it('resolves every reference', () => {
    const references = [...text.matchAll(/"#\/components\/(schemas|parameters)\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(500);
    for (const [, section, name = ''] of references) {
      expect(section === 'schemas' ? document.components.schemas : document.components.parameters).toHaveProperty([
        name,
      ]);
    }
  });

  it('gives every operation an id of its own, a known tag and an answer', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags?.map(({ name }) => name);
    for (const { operation } of operations) {
      expect(tags).toEqual(expect.arrayContaining([...operation.tags]));
      expect(Object.keys(operation.responses).some((code) => /^[123]/.test(code))).toBe(true);
    }
  });

  it('names the operations of kinds as Kubernetes does', () => {
    const named = operations.flatMap(({ operation }) => {
      const kind = operation['x-kubernetes-group-version-kind'];
      return kind === undefined || operation.tags[0]?.startsWith('fleetFlotillaDev') ? [] : [operation];
    });
    expect(named.length).toBeGreaterThan(300);
    const unknown = named.filter(({ operationId, tags }) => {
      const groupVersion = (tags[0] ?? '').split('_').map(capital).join('');
      return !(operationId.replace(groupVersion, '') in methodsOf(groupVersion));
    });
    expect(unknown.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('says of every operation what it does, in two ways', () => {
    for (const { operation } of operations) {
      expect(operation.summary, operation.operationId).toMatch(/^[a-z].*[^.]$/);
      expect(operation.description, operation.operationId).toMatch(/^[A-Z`].*[.]$/s);
    }
  });

  it('declares exactly the parameters that each path has, none twice', () => {
    for (const { path, operation, shared } of operations) {
      const all = [...shared, ...(operation.parameters ?? [])].map(resolve);
      const inPath = all.filter((parameter) => parameter?.in === 'path').map((parameter) => parameter?.name);
      const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([...inPath].sort(), path).toEqual([...expected].sort());
      const names = all.map((parameter) => parameter?.name);
      expect(new Set(names).size, path).toBe(names.length);
    }
  });

  it('says which paths need no token, and that all others do', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path);
    expect(open.sort()).toEqual(['/livez', '/readyz', '/version']);
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components.securitySchemes).toHaveProperty('bearer');
  });

  it('covers the paths of the server itself', () => {
    for (const path of ['/healthz', '/login', '/openapi/v3', '/apis/fleet.flotilla.dev/v1alpha1/stream']) {
      expect(document.paths).toHaveProperty([path]);
    }
  });
});
