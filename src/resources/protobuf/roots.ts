/** What a body may be: our kinds that have a protobuf form, what their subresources take, and answers about them. */
import { badRequest, type StatusError } from '../../errors.ts';
import { RESOURCES } from '../index.ts';
import { schemaOf } from '../schema.ts';
import { FIELDS } from './fields/index.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const DELETE_OPTIONS = `${META}.DeleteOptions`;
const STATUS = `${META}.Status`;
const SUBRESOURCES = [
  ...['io.k8s.api.core.v1.Binding', 'io.k8s.api.policy.v1.Eviction', 'io.k8s.api.autoscaling.v1.Scale'],
  'io.k8s.api.authentication.v1.TokenRequest',
];
/** Kinds that are answered, not stored. */
const REVIEWS = [
  ...['TokenReview', 'SelfSubjectReview'].map((kind) => `io.k8s.api.authentication.v1.${kind}`),
  ...['SubjectAccessReview', 'SelfSubjectAccessReview', 'LocalSubjectAccessReview', 'SelfSubjectRulesReview'].map(
    (kind) => `io.k8s.api.authorization.v1.${kind}`,
  ),
];

/** Go registers these in every group: a typed client sends its own group's version. */
const OF_ANY_GROUP: ReadonlyMap<string, string> = new Map([['DeleteOptions', DELETE_OPTIONS]]);

const typeKey = (apiVersion: string, kind: string): string => `${apiVersion}, Kind=${kind}`;

const keysOf = (component: string): [string, string][] =>
  (schemaOf(component)['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }) => [
    typeKey(group === '' ? version : `${group}/${version}`, kind),
    component,
  ]);

const KINDS = RESOURCES.map(({ schema }) => schema).filter((schema) => FIELDS.has(schema));
export const ROOT_COMPONENTS: readonly string[] = [...KINDS, ...SUBRESOURCES, ...REVIEWS, ...[DELETE_OPTIONS, STATUS]];

const ROOTS: ReadonlyMap<string, string> = new Map(ROOT_COMPONENTS.flatMap(keysOf));

/** undefined: no message, and no form in protobuf. */
export const componentOf = (apiVersion: string, kind: string): string | undefined =>
  OF_ANY_GROUP.get(kind) ?? ROOTS.get(typeKey(apiVersion, kind));

/** Throws 400 on what we have no message for. */
export function componentFor(apiVersion: string, kind: string): string {
  const component = componentOf(apiVersion, kind);
  if (kind === '' || apiVersion === '' || component === undefined) {
    throw unknownType(apiVersion, kind);
  }
  return component;
}

function unknownType(apiVersion: string, kind: string): StatusError {
  if (kind === '') {
    return badRequest("Object 'Kind' is missing in the protobuf body");
  }
  return apiVersion === ''
    ? badRequest("Object 'apiVersion' is missing in the protobuf body")
    : badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
}
