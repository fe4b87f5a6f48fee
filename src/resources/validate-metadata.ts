/**
 * What metadata of every kind must meet. Source: k8s.io/apimachinery/pkg/api/validation/{objectmeta,generic}.go and
 * core's ValidateObjectMeta, 1.34: same order, same words. What the server itself sets is not checked here.
 */
import type { StatusCause } from '../errors.ts';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isQualifiedName,
  isValidLabelValue,
  type NameRule,
} from '../values/name-rules.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../values/object.ts';
import type { ResourceDefinition } from './define-resource.ts';
import {
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
  violations,
  violationsOfEach,
} from './field-errors.ts';

const NAME_RULES: Readonly<Record<ResourceDefinition['nameRule'], NameRule>> = {
  dns1123Subdomain: isDNS1123Subdomain,
  dns1123Label: isDNS1123Label,
  dns1035Label: isDNS1035Label,
  pathSegment: isPathSegmentName,
};

export function validateMetadata(definition: ResourceDefinition, { metadata }: KubeObject): StatusCause[] {
  return [
    ...validateName(NAME_RULES[definition.nameRule], metadata),
    ...(definition.namespaced ? validateNamespace(metadata.namespace ?? '') : []),
    ...validateMutable(metadata),
  ];
}

/** The registry has carried over what no update may change, the name included. */
export function validateMetadataUpdate(
  _definition: ResourceDefinition,
  { metadata }: KubeObject,
  { metadata: old }: KubeObject,
): StatusCause[] {
  return [
    ...(old.deletionTimestamp === undefined ? [] : validateNoNewFinalizers(metadata, old)),
    ...validateMutable(metadata),
  ];
}

const validateMutable = (metadata: ObjectMeta): StatusCause[] => [
  ...validateLabels(metadata.labels ?? {}, 'metadata.labels'),
  ...validateAnnotations(metadata.annotations ?? {}, 'metadata.annotations'),
  ...validateOwnerReferences(metadata.ownerReferences ?? []),
  ...validateFinalizers(metadata.finalizers ?? []),
];

/** A prefix may end in a dash, because more follows. */
const asPrefix = (text: string): string => (text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

function validateName(rule: NameRule, { name = '', generateName = '' }: ObjectMeta): StatusCause[] {
  const ofPrefix = generateName === '' ? [] : rule(asPrefix(generateName));
  return [
    ...ofPrefix.map((message) => invalidField('metadata.generateName', generateName, message)),
    ...(name === ''
      ? [requiredField('metadata.name', 'name or generateName is required')]
      : violations(rule, 'metadata.name', name)),
  ];
}

const validateNamespace = (namespace: string): StatusCause[] =>
  namespace === ''
    ? [requiredField('metadata.namespace')]
    : violations(isDNS1123Label, 'metadata.namespace', namespace);

export const validateLabels = (labels: Readonly<Record<string, string>>, field: string): StatusCause[] =>
  violationsOfEach(Object.entries(labels), ([key, value]) => [
    ...violations(isQualifiedName, field, key),
    ...violations(isValidLabelValue, field, value),
  ]);

const ANNOTATIONS_LIMIT = 256 * 1024;

export function validateAnnotations(annotations: Readonly<Record<string, string>>, field: string): StatusCause[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...violationsOfEach(entries, ([key]) =>
      isQualifiedName(key.toLowerCase()).map((message) => invalidField(field, key, message)),
    ),
    ...(size > ANNOTATIONS_LIMIT ? [tooLongField(field, ANNOTATIONS_LIMIT)] : []),
  ];
}

const OWNERS = 'metadata.ownerReferences';

/** Kubernetes names these fields without an index. */
function validateOwnerReference(reference: OwnerReference): StatusCause[] {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const parts = apiVersion.split('/');
  const hasVersion = parts.length <= 2 && parts.at(-1) !== '';
  const isEvent = kind === 'Event' && apiVersion === 'v1';
  const empty = Object.entries({ kind, name, uid }).filter(([, value]) => value === '');
  return [
    ...(hasVersion ? [] : [invalidField(`${OWNERS}.apiVersion`, apiVersion, 'version must not be empty')]),
    ...empty.map(([field, value]) => invalidField(`${OWNERS}.${field}`, value, 'must not be empty')),
    ...(isEvent ? [invalidField(OWNERS, reference, '/v1, Kind=Event is disallowed from being an owner')] : []),
  ];
}

function validateOwnerReferences(references: readonly OwnerReference[]): StatusCause[] {
  const [first, ...others] = references
    .filter(({ controller }) => controller === true)
    .map(({ kind, name }) => `${kind}/${name}`);
  const shown = invalidField(OWNERS, references, '');
  const why = 'Only one reference can have Controller set to true. Found "true" in references for';
  return [
    ...references.flatMap(validateOwnerReference),
    // The list is made text once: it is in every message.
    ...others.map((other) => ({ ...shown, message: `${shown.message}: ${why} ${first} and ${other}` })),
  ];
}

const FINALIZERS = 'metadata.finalizers';
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const STANDARD_FINALIZERS: readonly string[] = ['kubernetes', ORPHAN, FOREGROUND];

function validateFinalizers(finalizers: readonly string[]): StatusCause[] {
  const both = finalizers.includes(ORPHAN) && finalizers.includes(FOREGROUND);
  return [
    ...violationsOfEach(finalizers, (finalizer) => violations(isQualifiedName, FINALIZERS, finalizer)),
    ...(both ? [invalidField(FINALIZERS, finalizers, `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`)] : []),
    ...violationsOfEach(finalizers, (finalizer, i) => validateFinalizerName(finalizer, `${FINALIZERS}[${i}]`)),
  ];
}

/** Also of a namespace's spec.finalizers. */
export const validateFinalizerName = (finalizer: string, field: string): StatusCause[] =>
  finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)
    ? []
    : [invalidField(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];

function validateNoNewFinalizers({ finalizers = [] }: ObjectMeta, { finalizers: old = [] }: ObjectMeta): StatusCause[] {
  const known = new Set(old);
  const added = finalizers.filter((finalizer) => !known.has(finalizer)).sort();
  if (added.length === 0) {
    return [];
  }
  const shown = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`;
  return [forbiddenField(FINALIZERS, why)];
}
