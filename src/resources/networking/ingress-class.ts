/** networking.k8s.io/v1 IngressClass. Source: pkg/apis/networking/{v1/defaults,validation}, ValidateIngressClass, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, NONE } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkDomainPrefixedPath } from '../domain-prefixed-path.ts';
import {
  checkImmutable,
  forbiddenField,
  requiredField,
  tooLongField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import { checkTypedReference, type TypedReference } from './typed-reference.ts';

interface Parameters extends TypedReference {
  scope?: string;
  namespace?: string;
}
interface IngressClass extends KubeObject {
  spec?: { controller?: string; parameters?: Parameters };
}

const MAX_CONTROLLER = 250;
const SCOPES = ['Cluster', 'Namespace'];

function parametersCell({ spec }: IngressClass): string {
  const { parameters } = spec ?? {};
  if (parameters === undefined) {
    return NONE;
  }
  const { apiGroup, kind = '', name = '' } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

function checkScope(path: string, { scope, namespace }: Parameters): StatusCause[] {
  if (scope === undefined || !SCOPES.includes(scope)) {
    return [scope === undefined ? requiredField(`${path}.scope`) : unsupportedField(`${path}.scope`, scope, SCOPES)];
  }
  const why = `\`parameters.scope\` is set to '${scope}'`;
  if (scope === 'Cluster') {
    return namespace === undefined ? [] : [forbiddenField(`${path}.namespace`, why)];
  }
  return namespace === undefined
    ? [requiredField(`${path}.namespace`, why)]
    : violations(isDNS1123Label, `${path}.namespace`, namespace);
}

function validate({ spec = {} }: IngressClass): StatusCause[] {
  const { controller = '', parameters } = spec;
  const path = 'spec.parameters';
  return [
    ...(Buffer.byteLength(controller) > MAX_CONTROLLER ? [tooLongField('spec.controller', MAX_CONTROLLER)] : []),
    ...checkDomainPrefixedPath('spec.controller', controller),
    ...(parameters === undefined ? [] : [...checkTypedReference(path, parameters), ...checkScope(path, parameters)]),
  ];
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
  applyDefaults: ({ spec }) => {
    if (spec?.parameters !== undefined) {
      spec.parameters.scope ??= 'Cluster';
    }
  },
  validate,
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.controller', spec?.controller, spec?.controller === old?.controller),
});
