/** networking.k8s.io/v1 IngressClass. Source: pkg/apis/networking/validation, ValidateIngressClass, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, NONE } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, requiredField } from '../field-errors.ts';

interface IngressClass extends KubeObject {
  spec?: { controller?: string; parameters?: { apiGroup?: string; kind?: string; name?: string } };
}

function parametersCell({ spec }: IngressClass): string {
  const { parameters } = spec ?? {};
  if (parameters === undefined) {
    return NONE;
  }
  const { apiGroup, kind = '', name = '' } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

export const ingressClass = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IngressClass',
  columns: [
    NAME_COLUMN,
    column(
      'Controller',
      'Controller that is responsible for handling this class',
      ({ spec }) => spec?.controller ?? '',
    ),
    column('Parameters', 'A reference to a resource with additional parameters', parametersCell),
    AGE_COLUMN,
  ],
  validate: ({ spec = {} }) => (spec.controller ? [] : [requiredField('spec.controller')]),
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.controller', spec?.controller, spec?.controller === old?.controller),
});
