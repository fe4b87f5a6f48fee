import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

type Loose = Record<string, unknown>;
const GROUP = 'rbac.authorization.k8s.io';

describe.each(['Role', 'ClusterRole'])('%s', (name) => {
  const { refusals } = kindFixture(name);
  const judge = (rule: Loose): string[] => refusals({ metadata: { name: 'system:a' }, rules: [rule] });
  const isNamespaced = name === 'Role';

  it.each<[Loose, string[]]>([
    [{ verbs: ['*'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }, []],
    [
      { apiGroups: [''], resources: ['pods'] },
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      { verbs: ['get'] },
      [
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    ],
    [
      { verbs: ['get'], nonResourceURLs: ['/a'], resources: ['pods'] },
      [
        ...(isNamespaced
          ? ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs']
          : []),
        'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
  ])('%j', (rule, expected) => {
    expect(judge(rule)).toEqual(expected);
  });
});

it('a ClusterRole that is put together says of which', () => {
  const { refusals } = kindFixture('ClusterRole');
  expect(refusals({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } })).toEqual([]);
  expect(refusals({ aggregationRule: {} })).toEqual([
    'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
  ]);
});

describe.each(['RoleBinding', 'ClusterRoleBinding'])('%s', (name) => {
  const { completed, refusals, updateRefusals } = kindFixture(name);
  const isNamespaced = name === 'RoleBinding';
  const roleRef = { kind: 'ClusterRole', name: 'edit' };
  const to = (subject: Loose): string[] => refusals({ roleRef, subjects: [subject] });

  it('fills in the groups that follow from the kinds', () => {
    const subjects = [
      { kind: 'User', name: 'a' },
      { kind: 'ServiceAccount', name: 'b', namespace: 'c' },
    ];
    expect(completed({ roleRef, subjects })).toMatchObject({
      roleRef: { apiGroup: GROUP },
      subjects: [{ apiGroup: GROUP }, expect.not.objectContaining({ apiGroup: expect.anything() })],
    });
  });

  it.each<[Loose, unknown[]]>([
    [{ kind: 'Group', name: 'system:masters' }, []],
    [{ kind: 'User', name: '' }, ['subjects[0].name: Required value']],
    [
      { kind: 'Robot', name: 'r' },
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
    [
      { kind: 'User', name: 'u', apiGroup: 'a.example' },
      [`subjects[0].apiGroup: Unsupported value: "a.example": supported values: "${GROUP}"`],
    ],
    [
      { kind: 'ServiceAccount', name: 'Robot', apiGroup: GROUP },
      [
        expect.stringContaining('subjects[0].name: Invalid value: "Robot": a lowercase RFC 1123 subdomain'),
        `subjects[0].apiGroup: Unsupported value: "${GROUP}": supported values: ""`,
        ...(isNamespaced ? [] : ['subjects[0].namespace: Required value']),
      ],
    ],
  ])('of %j', (subject, expected) => {
    expect(to(subject)).toEqual(expected);
  });

  it('is of one role, for good', () => {
    const kinds = isNamespaced ? '"Role", "ClusterRole"' : '"ClusterRole"';
    expect(refusals({ roleRef: { apiGroup: 'a', kind: 'Odd', name: 'a/b' } })).toEqual([
      `roleRef.apiGroup: Unsupported value: "a": supported values: "${GROUP}"`,
      `roleRef.kind: Unsupported value: "Odd": supported values: ${kinds}`,
      `roleRef.name: Invalid value: "a/b": may not contain '/'`,
    ]);
    expect(updateRefusals({ roleRef: { ...roleRef, name: 'view' } }, { roleRef })).toEqual([
      expect.stringMatching(/^roleRef: Invalid value: \{.*"name":"view".*}: cannot change roleRef$/),
    ]);
  });
});
