/** rbac.authorization.k8s.io/v1 ClusterRole. Source: pkg/apis/rbac/validation, 1.34. No authorizer reads it yet. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { defineResource } from '../define-resource.ts';
import { requiredField } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkRules, type PolicyRule, ROLE_COLUMNS } from './policy-rules.ts';

interface ClusterRole extends KubeObject {
  rules?: PolicyRule[];
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

const SELECTORS = 'aggregationRule.clusterRoleSelectors';

export const clusterRole = defineResource<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: 'pathSegment',
  schema: 'io.k8s.api.rbac.v1.ClusterRole',
  hasGeneration: false,
  createOnUpdate: true,
  columns: ROLE_COLUMNS,
  validate: ({ rules = [], aggregationRule }) => {
    const selectors = aggregationRule?.clusterRoleSelectors ?? [];
    const missing = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [
      ...checkRules(rules, false),
      ...(aggregationRule !== undefined && selectors.length === 0 ? [requiredField(SELECTORS, missing)] : []),
      ...selectors.flatMap((selector, index) => checkLabelSelector(`${SELECTORS}[${index}]`, selector)),
    ];
  },
});
