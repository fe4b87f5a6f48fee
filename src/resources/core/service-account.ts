/** core/v1 ServiceAccount. Source: pkg/registry/core/serviceaccount/strategy.go, pkg/apis/core/validation, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';

interface ServiceAccount extends KubeObject {
  secrets?: { name?: string }[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';
const OLD_MOUNTABLE = `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`;

export const serviceAccount = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ServiceAccount',
  hasGeneration: false,
  deletion: { answersObject: true },
  subresources: {
    other: { token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] } },
  },
  warnings: ({ metadata: { annotations = {} } }) => (Object.hasOwn(annotations, MOUNTABLE) ? [OLD_MOUNTABLE] : []),
  columns: [NAME_COLUMN, column('Secrets', docOf('secrets'), ({ secrets = [] }) => String(secrets.length)), AGE_COLUMN],
});
