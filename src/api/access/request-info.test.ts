import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestInfo } from './request-info.ts';

const core = { group: '', resource: 'pods' };

describe('parseRequestInfo', () => {
  it.each([
    ['GET', '/api/v1/pods', {}, { ...core, verb: 'list' }],
    ['GET', '/api/v1/namespaces/a/pods', {}, { ...core, verb: 'list', namespace: 'a' }],
    ['GET', '/api/v1/namespaces/a/pods', { watch: 'true' }, { ...core, verb: 'watch', namespace: 'a' }],
    ['GET', '/api/v1/namespaces/a/pods', { watch: '0' }, { ...core, verb: 'list', namespace: 'a' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name=x' }, { ...core, verb: 'list', name: 'x' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'a=b,spec.nodeName==n' }, { ...core, verb: 'list', nodeName: 'n' }],
    // An escaped comma is of the value: the list is everything but that, which must not pass for one object.
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name!=a\\,metadata.name=x' }, { ...core, verb: 'list' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name!=a\\,spec.nodeName=n' }, { ...core, verb: 'list' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name!=x,spec.nodeName!=n' }, { ...core, verb: 'list' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name=x,=' }, { ...core, verb: 'list', name: 'x' }],
    ['GET', '/api/v1/pods', { fieldSelector: 'metadata.name=x,y' }, { ...core, verb: 'list' }],
    ['GET', '/api/v1/watch/pods', {}, { ...core, verb: 'watch' }],
    ['GET', '/api/v1/watch/namespaces/a/pods/x', {}, { ...core, verb: 'watch', namespace: 'a', name: 'x' }],
    ['GET', '/api/v1/namespaces/a/pods/x', {}, { ...core, verb: 'get', namespace: 'a', name: 'x' }],
    ['GET', '/api/v1/namespaces/a/pods/x%2Fy', {}, { ...core, verb: 'get', namespace: 'a', name: 'x/y' }],
    [
      'POST',
      '/api/v1/namespaces/a/pods/x/eviction',
      {},
      { ...core, verb: 'create', namespace: 'a', name: 'x', subresource: 'eviction' },
    ],
    ['POST', '/api/v1/namespaces/a/pods', {}, { ...core, verb: 'create', namespace: 'a' }],
    ['DELETE', '/api/v1/namespaces/a/pods', {}, { ...core, verb: 'deletecollection', namespace: 'a' }],
    ['DELETE', '/api/v1/namespaces/a/pods/x', {}, { ...core, verb: 'delete', namespace: 'a', name: 'x' }],
    ['PUT', '/api/v1/nodes/n', {}, { group: '', resource: 'nodes', verb: 'update', name: 'n' }],
    [
      'PATCH',
      '/api/v1/nodes/n/status',
      {},
      { group: '', resource: 'nodes', verb: 'patch', name: 'n', subresource: 'status' },
    ],
    ['GET', '/api/v1/namespaces', {}, { group: '', resource: 'namespaces', verb: 'list' }],
    ['GET', '/api/v1/namespaces/a', {}, { group: '', resource: 'namespaces', verb: 'get', namespace: 'a', name: 'a' }],
    [
      'PUT',
      '/api/v1/namespaces/a/finalize',
      {},
      { group: '', resource: 'namespaces', verb: 'update', namespace: 'a', name: 'a', subresource: 'finalize' },
    ],
    [
      'GET',
      '/apis/apps/v1/namespaces/a/deployments/d/scale',
      {},
      { group: 'apps', resource: 'deployments', verb: 'get', namespace: 'a', name: 'd', subresource: 'scale' },
    ],
    ['GET', '/apis/apps/v1', {}, { verb: 'get', path: '/apis/apps/v1' }],
    ['GET', '/api', {}, { verb: 'get', path: '/api' }],
    ['toString', '/docs', {}, { verb: 'tostring', path: '/docs' }],
    ['POST', '/docs', {}, { verb: 'create', path: '/docs' }],
  ])('%s %s %o', (method, path, query, expected) => {
    expect(parseRequestInfo(method, path, query)).toEqual(expected);
  });

  it('never throws, and always says a verb', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (method, parts) => {
        const info = parseRequestInfo(method, `/${parts.join('/')}`, {});
        return typeof info.verb === 'string' && (info.path !== undefined || info.resource !== undefined);
      }),
    );
  });
});
