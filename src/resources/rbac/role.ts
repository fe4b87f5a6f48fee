/** rbac.authorization.k8s.io/v1 Role. Source: pkg/apis/rbac/validation, ValidateRole, 1.34. No authorizer reads it yet. */
import type { KubeObject } from '../../values/object.ts';
import { defineResource } from '../define-resource.ts';
import { checkRules, type PolicyRule, ROLE_COLUMNS } from './policy-rules.ts';

interface Role extends KubeObject {
  rules?: PolicyRule[];
}

export const role = defineResource<Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  nameRule: 'pathSegment',
  schema: 'io.k8s.api.rbac.v1.Role',
  hasGeneration: false,
  createOnUpdate: true,
  columns: ROLE_COLUMNS,
  validate: ({ rules = [] }) => checkRules(rules, true),
});
