/** apiregistration.k8s.io/v1 APIService: which group-versions there are. All are our own: nothing is aggregated. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';

export interface ApiService extends KubeObject {
  spec?: {
    group?: string;
    version?: string;
    groupPriorityMinimum?: number;
    versionPriority?: number;
    service?: { namespace?: string; name?: string };
  };
  status?: { conditions?: { type: string; status: string; reason?: string }[] };
}

function availability({ status }: ApiService): string {
  const available = status?.conditions?.find(({ type }) => type === 'Available');
  if (available === undefined) {
    return 'Unknown';
  }
  return available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`;
}

/** Made at every start, see `registry/ensure-api-services.ts`. */
export const apiService = defineResource<ApiService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  namespaced: false,
  nameRule: 'pathSegment',
  schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  requiresVersion: true,
  hasGeneration: false,
  verbs: ['get', 'list', 'watch'],
  columns: [
    NAME_COLUMN,
    column('Service', 'The reference to the service that hosts this API endpoint.', ({ spec }) =>
      spec?.service === undefined ? 'Local' : `${spec.service.namespace}/${spec.service.name}`,
    ),
    column('Available', 'Whether this service is available.', availability),
    AGE_COLUMN,
  ],
});
