/** What both kinds of bindings share. Source: pkg/apis/rbac/validation, ValidateRoleBinding{,Subject,Update}, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain, isPathSegmentName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, wideColumn } from '../columns.ts';
import type { Column } from '../define-resource.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';

interface Subject {
  kind?: string;
  apiGroup?: string;
  name?: string;
  namespace?: string;
}
export interface Binding extends KubeObject {
  subjects?: Subject[];
  roleRef?: { apiGroup?: string; kind?: string; name?: string };
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

const subjectsCell =
  (kind: string) =>
  ({ subjects = [] }: Binding): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ namespace, name = '' }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
      .join(', ');

/** `roleRef`: SwaggerDoc() of the field, which the model leaves out. */
export const bindingColumns = (roleRef: string): readonly Column<Binding>[] => [
  NAME_COLUMN,
  column('Role', roleRef, ({ roleRef: role }) => `${role?.kind ?? ''}/${role?.name ?? ''}`),
  AGE_COLUMN,
  wideColumn('Users', 'Users in the roleBinding', subjectsCell('User')),
  wideColumn('Groups', 'Groups in the roleBinding', subjectsCell('Group')),
  wideColumn('ServiceAccounts', 'ServiceAccounts in the roleBinding', subjectsCell('ServiceAccount')),
];

/** Groups that follow from the kind. Source: pkg/apis/rbac/v1/defaults.go. */
export function defaultBinding({ subjects = [], roleRef }: Binding): void {
  if (roleRef !== undefined) {
    roleRef.apiGroup ||= RBAC_GROUP;
  }
  for (const subject of subjects) {
    if (subject.kind === 'User' || subject.kind === 'Group') {
      subject.apiGroup ||= RBAC_GROUP;
    }
  }
}

function checkSubject(
  path: string,
  { kind = '', apiGroup = '', name = '', namespace = '' }: Subject,
  isNamespaced: boolean,
): StatusCause[] {
  const group = kind === 'ServiceAccount' ? '' : RBAC_GROUP;
  return [
    ...(name === '' ? [requiredField(`${path}.name`)] : []),
    ...(kind === 'ServiceAccount' && name !== '' ? violations(isDNS1123Subdomain, `${path}.name`, name) : []),
    ...(SUBJECTS.includes(kind) ? [] : [unsupportedField(`${path}.kind`, kind, SUBJECTS)]),
    ...(SUBJECTS.includes(kind) && apiGroup !== group ? [unsupportedField(`${path}.apiGroup`, apiGroup, [group])] : []),
    ...(kind === 'ServiceAccount' && namespace === '' && !isNamespaced ? [requiredField(`${path}.namespace`)] : []),
  ];
}

export function checkBinding({ subjects = [], roleRef = {} }: Binding, isNamespaced: boolean): StatusCause[] {
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(apiGroup === RBAC_GROUP ? [] : [unsupportedField('roleRef.apiGroup', apiGroup, [RBAC_GROUP])]),
    ...(kinds.includes(kind) ? [] : [unsupportedField('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [requiredField('roleRef.name')] : violations(isPathSegmentName, 'roleRef.name', name)),
    ...subjects.flatMap((subject, index) => checkSubject(`subjects[${index}]`, subject, isNamespaced)),
  ];
}

export const checkSameRole = ({ roleRef }: Binding, { roleRef: old }: Binding): StatusCause[] =>
  isDeepStrictEqual(roleRef, old) ? [] : [invalidField('roleRef', roleRef, 'cannot change roleRef')];
