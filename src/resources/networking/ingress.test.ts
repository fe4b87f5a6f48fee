import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { refusals, createRefusals, updateRefusals, statusRefusals, warnings, row } = kindFixture('Ingress');

type Loose = Record<string, unknown>;
const backend = { service: { name: 's', port: { number: 80 } } };
const ingress = (spec: Loose, more: Loose = {}): object => ({ metadata: { name: 'web' }, spec, ...more });
const rule = (path: Loose, host?: string): Loose => ({
  ...(host === undefined ? {} : { host }),
  http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...path }] },
});
const PATH = 'spec.rules[0].http.paths[0]';
const wildcard = (host: string): string =>
  `Invalid value: "${host}": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain`;

describe('Ingress', () => {
  it.each<[Loose, unknown[]]>([
    [{ rules: [rule({})] }, []],
    [{ rules: [{ host: 'a.example' }] }, []],
    [{ rules: [rule({ path: '', pathType: 'ImplementationSpecific' }, '*.a.example')] }, []],
    [{}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [{ rules: [rule({ pathType: undefined })] }, [`${PATH}.pathType: Required value: pathType must be specified`]],
    [
      { rules: [rule({ pathType: 'Odd' })] },
      [`${PATH}.pathType: Unsupported value: "Odd": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
    ],
    [{ rules: [rule({ path: 'a' })] }, [`${PATH}.path: Invalid value: "a": must be an absolute path`]],
    [
      { rules: [rule({ path: '/a//b/..' })] },
      [
        `${PATH}.path: Invalid value: "/a//b/..": must not contain '//'`,
        `${PATH}.path: Invalid value: "/a//b/..": cannot end with '/..'`,
      ],
    ],
    [{ rules: [rule({ path: '/%2F' })] }, [`${PATH}.path: Invalid value: "/%2F": must not contain '%2F'`]],
    [
      { rules: [rule({}, '10.0.0.1')] },
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [{ rules: [rule({}, 'a.*.b')] }, [expect.stringContaining(`spec.rules[0].host: ${wildcard('a.*.b')}`)]],
    [
      { rules: [{ http: { paths: [] } }], tls: [{ hosts: ['*a'], secretName: 'No' }] },
      [
        'spec.rules[0].http.paths: Required value',
        expect.stringContaining(`spec.tls[0].hosts[0]: ${wildcard('*a')}`),
        expect.stringContaining('spec.tls[0].secretName: Invalid value: "No"'),
      ],
    ],
    [{ defaultBackend: {} }, ['spec.defaultBackend: Invalid value: "": resource or service backend is required']],
    [
      { defaultBackend: { ...backend, resource: { kind: 'K', name: 'n' } } },
      ['spec.defaultBackend: Invalid value: "": cannot set both resource and service backends'],
    ],
    [
      { defaultBackend: { service: { name: '' } } },
      [
        'spec.defaultBackend.service.name: Required value',
        'spec.defaultBackend: Required value: port name or number is required',
      ],
    ],
    [
      { defaultBackend: { service: { name: 's', port: { name: 'a', number: 1 } } } },
      ['spec.defaultBackend: Invalid value: "": cannot set both port name & port number'],
    ],
    [
      { defaultBackend: { resource: { kind: '', name: 'a/b', apiGroup: 'A' } } },
      [
        expect.stringContaining('spec.defaultBackend.resource.apiGroup: Invalid value: "A"'),
        'spec.defaultBackend.resource.kind: Required value: kind is required',
        `spec.defaultBackend.resource.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(refusals(ingress(spec))).toEqual(expected);
  });

  it('has one class, in the field; the annotation of old is warned of', () => {
    const annotated = { metadata: { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'nginx' } } };
    const other = ingress({ defaultBackend: backend, ingressClassName: 'other' }, annotated);
    expect(createRefusals(other)).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": must match `ingressClassName` when both are specified',
    ]);
    expect(updateRefusals(other, other)).toEqual([]);
    expect(warnings(ingress({ defaultBackend: backend }, annotated))).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
  });

  it('spares what was stored before secrets and wildcards were looked at', () => {
    const old = ingress({ rules: [rule({ path: 'x' }, '*.a.example')], tls: [{ secretName: 'No' }] });
    expect(updateRefusals(old, old)).toEqual([]);
    expect(updateRefusals(ingress({ rules: [rule({ path: 'x' }, 'a.example')] }), old)).toHaveLength(1);
  });

  it('has addresses that are addresses', () => {
    const at = (address: Loose) => ingress({}, { status: { loadBalancer: { ingress: [address] } } });
    expect(statusRefusals(at({ ip: '10.0.0.1' }), at({}))).toEqual([]);
    expect(statusRefusals(at({ ip: '10.0.0', hostname: '10.0.0.1' }), at({}))).toEqual([
      'status.loadBalancer.ingress[0].ip: Invalid value: "10.0.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[0].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ]);
  });

  it('prints what kubectl prints', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host }));
    const addresses = [{ ip: '10.0.0.2' }, { hostname: 'lb' }, { ip: '10.0.0.2' }, { ip: '10.0.0.1' }];
    const status = { loadBalancer: { ingress: addresses } };
    expect(row(ingress({ rules: hosts, tls: [{}] }, { status }))).toMatchObject({
      ...{ Class: '<none>', Hosts: 'a,b,c + 2 more...', Address: '10.0.0.1,10.0.0.2,lb', Ports: '80, 443' },
    });
    expect(row(ingress({ rules: [{}, { host: 'a' }, {}, {}] }))).toMatchObject({ Hosts: 'a', Ports: '80' });
  });
});

describe('IngressClass', () => {
  const kind = kindFixture('IngressClass');
  const ofClass = (spec: Loose): object => ({ metadata: { name: 'c' }, spec });
  const parameters = { kind: 'Config', name: 'c' };

  it.each<[Loose, unknown[]]>([
    [{ controller: 'a.example/c' }, []],
    [{ controller: '' }, ['spec.controller: Required value']],
    [
      { controller: 'ingress' },
      ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [{ controller: `a.example/${'x'.repeat(250)}` }, ['spec.controller: Too long: may not be more than 250 bytes']],
    [{ controller: 'a.example/c', parameters }, []],
    [
      { controller: 'a.example/c', parameters: { ...parameters, scope: 'Namespace' } },
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      { controller: 'a.example/c', parameters: { ...parameters, namespace: 'n' } },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
    [
      { controller: 'a.example/c', parameters: { name: 'c', scope: 'Odd' } },
      [
        'spec.parameters.kind: Required value: kind is required',
        'spec.parameters.scope: Unsupported value: "Odd": supported values: "Cluster", "Namespace"',
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(kind.refusals(ofClass(spec))).toEqual(expected);
  });

  it('keeps its controller', () => {
    expect(kind.updateRefusals(ofClass({ controller: 'a.example/d' }), ofClass({ controller: 'a.example/c' }))).toEqual(
      ['spec.controller: Invalid value: "a.example/d": field is immutable'],
    );
  });
});
