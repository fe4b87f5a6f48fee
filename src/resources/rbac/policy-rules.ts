/** Rules of a role. Source: pkg/apis/rbac/validation, ValidatePolicyRule, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { CREATION_DOC, column, NAME_COLUMN } from '../columns.ts';
import type { Column } from '../define-resource.ts';
import { invalidField, requiredField } from '../field-errors.ts';

export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export const ROLE_COLUMNS: readonly Column[] = [
  NAME_COLUMN,
  column('Created At', CREATION_DOC, ({ metadata }: KubeObject) => metadata.creationTimestamp ?? '', {
    type: 'date',
  }),
];

function checkRule(path: string, rule: PolicyRule, isNamespaced: boolean): StatusCause[] {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  const missing = (field: string, why: string): StatusCause => requiredField(`${path}.${field}`, why);
  const noVerbs = verbs.length === 0 ? [missing('verbs', 'verbs must contain at least one value')] : [];
  if (nonResourceURLs.length > 0) {
    const isMixed = apiGroups.length + resources.length + (rule.resourceNames ?? []).length > 0;
    const namespaced = 'namespaced rules cannot apply to non-resource URLs';
    const mixed = 'rules cannot apply to both regular resources and non-resource URLs';
    return [
      ...noVerbs,
      ...(isNamespaced ? [invalidField(`${path}.nonResourceURLs`, nonResourceURLs, namespaced)] : []),
      ...(isMixed ? [invalidField(`${path}.nonResourceURLs`, nonResourceURLs, mixed)] : []),
    ];
  }
  return [
    ...noVerbs,
    ...(apiGroups.length === 0 ? [missing('apiGroups', 'resource rules must supply at least one api group')] : []),
    ...(resources.length === 0 ? [missing('resources', 'resource rules must supply at least one resource')] : []),
  ];
}

export const checkRules = (rules: readonly PolicyRule[], isNamespaced: boolean): StatusCause[] =>
  rules.flatMap((rule, index) => checkRule(`rules[${index}]`, rule, isNamespaced));
