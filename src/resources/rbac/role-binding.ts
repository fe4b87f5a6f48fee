/** rbac.authorization.k8s.io/v1 RoleBinding. Source: pkg/apis/rbac/validation, 1.34. No authorizer reads it yet. */
import { defineResource } from '../define-resource.ts';
import { type Binding, bindingColumns, checkBinding, checkSameRole, defaultBinding } from './binding.ts';

export const roleBinding = defineResource<Binding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  nameRule: 'pathSegment',
  schema: 'io.k8s.api.rbac.v1.RoleBinding',
  hasGeneration: false,
  createOnUpdate: true,
  columns: bindingColumns(
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef ' +
      'cannot be resolved, the Authorizer must return an error. This field is immutable.',
  ),
  applyDefaults: defaultBinding,
  validate: (object) => checkBinding(object, true),
  validateUpdate: checkSameRole,
});
