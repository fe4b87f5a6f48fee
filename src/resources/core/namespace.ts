/** core/v1 Namespace. Source: pkg/registry/core/namespace/strategy.go and validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import { ALL_VERBS, defineResource } from '../define-resource.ts';
import { invalidField, violations } from '../field-errors.ts';
import { validateFinalizerName } from '../validate-metadata.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

const FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';

const finalizersOf = ({ spec }: Namespace): string[] => spec?.finalizers ?? [];

function validate(namespace: Namespace): StatusCause[] {
  return finalizersOf(namespace).flatMap((finalizer) => [
    ...violations(isQualifiedName, 'spec.finalizers', finalizer),
    ...validateFinalizerName(finalizer, 'spec.finalizers'),
  ]);
}

function validateStatusUpdate({ metadata, status }: Namespace): StatusCause[] {
  const isEnding = metadata.deletionTimestamp !== undefined;
  const phase = isEnding ? 'Terminating' : 'Active';
  const why = `may only be '${phase}' if \`deletionTimestamp\` is ${isEnding ? 'not ' : ''}empty`;
  return status?.phase === phase ? [] : [invalidField('status.Phase', status?.phase ?? '', why)];
}

export const namespace = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  // As in Kubernetes: one slip must not end all of them.
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
  nameRule: 'dns1123Label',
  schema: 'io.k8s.api.core.v1.Namespace',
  hasGeneration: false,
  subresources: { status: true, other: { finalize: { kind: 'Namespace', verbs: ['update'] } } },
  selectableFields: ['status.phase'],
  assignedFields: ['spec.finalizers'],
  columns: [
    NAME_COLUMN,
    {
      name: 'Status',
      type: 'string',
      description: 'The status of the namespace',
      cell: ({ status }) => status?.phase ?? '',
    },
    AGE_COLUMN,
  ],
  deletion: {
    begin: (object) => {
      object.status = { ...(object as Namespace).status, phase: 'Terminating' };
      // Unlike other kinds. Source: registry/core/namespace/storage, Delete.
      delete object.metadata.deletionGracePeriodSeconds;
    },
    holds: (object) => finalizersOf(object as Namespace).length > 0,
  },
  applyDefaults: ({ metadata }) => {
    metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name ?? '' };
  },
  prepareForCreate: (object) => {
    object.spec = { finalizers: [...new Set([...finalizersOf(object), FINALIZER])] };
    object.status = { phase: 'Active' };
  },
  prepareForUpdate: (object, old) => {
    // Only /finalize may take these off: the namespace's content must be gone first.
    object.spec = { finalizers: finalizersOf(old) };
  },
  validate,
  validateStatusUpdate,
});
