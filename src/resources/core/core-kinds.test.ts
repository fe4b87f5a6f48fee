/** Kinds of the core group that are stored and nothing more. */
import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Case = readonly [body: object, refusals: readonly string[]];
const IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

describe('Endpoints', () => {
  const { completed, refusals, updateRefusals, row } = kindFixture('Endpoints');
  const subset = (given: object) => ({
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }], ...given }],
  });

  it.each<Case>([
    [subset({}), []],
    [{ subsets: [{}] }, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    [subset({ addresses: [{ ip: 'x' }] }), [`subsets[0].addresses[0].ip: Invalid value: "x": ${IP}`]],
    [
      subset({ addresses: [{ ip: '169.254.1.1' }] }),
      [
        'subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [subset({ ports: [{ port: 1 }, { name: 'b', port: 2 }] }), ['subsets[0].ports[0].name: Required value']],
    [
      subset({ addresses: [{ ip: '10.0.0.1', hostname: 'A', nodeName: 'B' }], ports: [{ port: 1, appProtocol: '' }] }),
      [
        expect.stringContaining('subsets[0].addresses[0].hostname: Invalid value: "A": a lowercase RFC 1123 label'),
        expect.stringContaining('subsets[0].addresses[0].nodeName: Invalid value: "B": a lowercase RFC 1123 subdomain'),
        'subsets[0].ports[0].appProtocol: Invalid value: "": name part must be non-empty',
        expect.stringContaining('subsets[0].ports[0].appProtocol: Invalid value: "": name part must consist'),
      ],
    ],
  ])('%j', (body, expected) => expect(refusals(body)).toEqual(expected));

  it('spares subsets that an update leaves alone', () => {
    const stored = subset({ addresses: [{ ip: '10.0.0.1', nodeName: 'B' }] });
    expect(updateRefusals({ metadata: { labels: { a: 'b' } }, ...stored }, stored)).toEqual([]);
    expect(updateRefusals(subset({ addresses: [{ ip: '10.0.0.2', nodeName: 'B' }] }), stored)).toHaveLength(1);
  });

  it('has a protocol and a row', () => {
    const body = subset({ addresses: ['10.0.0.1', '10.0.0.2', 'fd00::1', '10.0.0.4'].map((ip) => ({ ip })) });
    expect(completed(body)).toMatchObject({ subsets: [{ ports: [{ protocol: 'TCP' }] }] });
    expect(row(body)).toMatchObject({ Endpoints: '10.0.0.1:80,10.0.0.2:80,[fd00::1]:80 + 1 more...' });
    const portless = { subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }] };
    expect(row(portless)).toMatchObject({ Endpoints: '10.0.0.1,fd00::1' });
    expect(row({})).toMatchObject({ Endpoints: '<none>' });
  });
});

describe('ResourceQuota', () => {
  const { created, refusals, updateRefusals, statusRefusals, row } = kindFixture('ResourceQuota');
  const quota = (hard: object, scopes?: string[]) => ({ spec: { hard, ...(scopes === undefined ? {} : { scopes }) } });
  const at = 'spec.scopeSelector.matchExpressions';
  const selecting = (...matchExpressions: object[]) => ({ spec: { scopeSelector: { matchExpressions } } });
  const unknown = ['must be a standard resource type or fully qualified', 'must be a standard resource for quota'];

  it.each<Case>([
    [quota({ pods: '1', 'requests.cpu': '2', 'count/jobs.batch': '3', 'requests.example.com/gpu': '1' }), []],
    [quota({ pods: '-1' }), ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']],
    [quota({ foo: '1' }), unknown.map((detail) => `spec.hard[foo]: Invalid value: "foo": ${detail}`)],
    [quota({}, ['X']), ['spec.scopes: Invalid value: ["X"]: unsupported scope']],
    [
      quota({ cpu: '1' }, ['BestEffort']),
      ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
    ],
    [
      quota({}, ['Terminating', 'NotTerminating']),
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
    ],
    [quota({ pods: '1500m' }), ['spec.hard[pods]: Invalid value: "1500m": must be an integer']],
    [selecting({ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }), []],
    [
      selecting({ scopeName: 'PriorityClass', operator: 'In' }, { scopeName: 'X', operator: 'Exists', values: ['a'] }),
      [
        `${at}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
        `${at}.scopeName: Invalid value: "X": unsupported scope`,
        `${at}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`,
      ],
    ],
    [
      selecting({ scopeName: 'Terminating', operator: 'Y' }),
      [
        expect.stringContaining(`${at}.operator: Invalid value: "Y": must be 'Exist' when scope is any of`),
        `${at}.operator: Invalid value: "Y": not a valid selector operator`,
      ],
    ],
  ])('%j', (body, expected) => expect(refusals(body)).toEqual(expected));

  it('takes what it likes of the resources that an unknown scope limits, and tells of that scope', () => {
    expect(refusals(quota({ cpu: '1', 'hugepages-2Mi': '1' }, ['X']))).toEqual([
      'spec.scopes: Invalid value: ["X"]: unsupported scope',
    ]);
    const { spec } = selecting({ scopeName: 'X', operator: 'Exists' });
    expect(refusals({ spec: { ...spec, hard: { cpu: '1' } } })).toEqual([
      `${at}.scopeName: Invalid value: "X": unsupported scope`,
    ]);
  });

  it('tells of very many scopes that fit very many resources ill', () => {
    const hard = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`hugepages-${index}`, '1']));
    const scopes = Array.from({ length: 1_300 }, (_, index) => (index % 2 === 0 ? 'Terminating' : 'PriorityClass'));
    const matchExpressions = scopes.map((scopeName) => ({ scopeName, operator: 'Exists' }));
    const found = refusals({ spec: { hard, scopes, scopeSelector: { matchExpressions } } });
    expect(found).toHaveLength(2 * 4 * 600);
    expect(found.at(0)).toContain('unsupported scope applied to resource');
    expect(found.at(-1)).toContain(`${at}: Invalid value: {"matchExpressions":`);
  });

  it('keeps its scopes, takes no status on create, checks it on update', () => {
    expect(updateRefusals(quota({}, ['BestEffort']), quota({}))).toEqual([
      'spec.scopes: Invalid value: ["BestEffort"]: field is immutable',
    ]);
    expect(created({ ...quota({}), status: { used: { pods: '9' } } }).status).toEqual({});
    expect(statusRefusals({ status: { used: { pods: '-1' } } }, {})).toHaveLength(1);
  });

  it('shows what is used of what', () => {
    const hard = { pods: '3', 'limits.cpu': '2', 'requests.cpu': '1' };
    const body = { ...quota(hard), status: { hard, used: { pods: '1' } } };
    expect(row(body)).toMatchObject({ Request: 'pods: 1/3, requests.cpu: 0/1', Limit: 'limits.cpu: 0/2' });
  });
});

describe('LimitRange', () => {
  const { completed, refusals, row } = kindFixture('LimitRange');
  const range = (...limits: object[]) => ({ spec: { limits } });
  const at = (list: string) => `spec.limits[0].${list}[cpu]`;

  it.each<Case>([
    [range({ type: 'Container', max: { cpu: '2' } }), []],
    [
      range({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }),
      [`${at('min')}: Invalid value: "2": min value 2 is greater than max value 1`],
    ],
    [
      range({ type: 'Container', defaultRequest: { cpu: '2' }, default: { cpu: '1' } }),
      [`${at('defaultRequest')}: Invalid value: "2": default request value 2 is greater than default limit value 1`],
    ],
    [
      range({ type: 'Container', default: { cpu: '3' }, defaultRequest: { cpu: '1' }, max: { cpu: '2' } }),
      [`${at('default')}: Invalid value: "2": default value 3 is greater than max value 2`],
    ],
    [
      range({ type: 'Pod', default: { cpu: '1' } }),
      ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    ],
    [range({ type: 'Pod' }, { type: 'Pod' }), ['spec.limits[1].type: Duplicate value: "Pod"']],
    [
      range({ type: 'Node' }),
      ['spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified'],
    ],
    [
      range({ type: 'Pod', max: { pods: '1' } }),
      ['spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers'],
    ],
    [
      range({ type: 'PersistentVolumeClaim' }),
      [
        'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
    [
      range({ type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } }),
      [`${at('maxLimitRequestRatio')}: Invalid value: "500m": ratio 500m is less than 1`],
    ],
  ])('%j', (body, expected) => expect(refusals(body)).toEqual(expected));

  it('makes the limit the default, and that the request; nothing of nothing', () => {
    const { spec } = completed(range({ type: 'Container', max: { cpu: '2' }, min: { cpu: '1', memory: '1Gi' } }));
    expect(spec?.['limits']).toMatchObject([{ default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Gi' } }]);
    expect(completed(range({ type: 'Container' })).spec?.['limits']).toEqual([{ type: 'Container' }]);
    expect(row({ metadata: { creationTimestamp: '2026-01-02T03:04:05Z' } })['Created At']).toBe('2026-01-02T03:04:05Z');
  });
});

describe('PodTemplate and ServiceAccount', () => {
  const template = kindFixture('PodTemplate');
  const containers = [{ name: 'c', image: 'busybox' }];

  it('completes and checks the template', () => {
    const body = { template: { metadata: { labels: { a: 'b' } }, spec: { containers } } };
    expect(template.completed(body)).toMatchObject({
      template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } },
    });
    expect(template.row(body)).toMatchObject({ Containers: 'c', Images: 'busybox', 'Pod Labels': 'a=b' });
    expect(template.refusals({ template: { spec: { containers: [] } } })).toContain(
      'template.spec.containers: Required value',
    );
  });

  it('counts the secrets of an account', () => {
    expect(kindFixture('ServiceAccount').row({ secrets: [{ name: 'a' }] })).toMatchObject({ Secrets: '1' });
    expect(kindFixture('ServiceAccount').refusals({})).toEqual([]);
  });
});
