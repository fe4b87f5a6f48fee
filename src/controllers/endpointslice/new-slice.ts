/** A slice of a service, empty and not stored yet. Pure. Source: k8s.io/endpointslice/utils.go. */
import { isHeadless, type ServiceInfo } from '../views/service-info.ts';
import {
  type EndpointSlice,
  HEADLESS_LABEL,
  MANAGED_BY_LABEL,
  MANAGER,
  SERVICE_LABEL,
  type SlicePort,
} from './slice.ts';

/** The service's own labels, but for those that say whose the slice is. */
export function sliceLabels(service: ServiceInfo): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...labels } = service.labels;
  return {
    ...labels,
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    [SERVICE_LABEL]: service.name,
    [MANAGED_BY_LABEL]: MANAGER,
  };
}

/** A name that ends in a dash must leave room for the suffix. Source: getEndpointSlicePrefix. */
const MAX_PREFIX = 253;

export function newSlice(service: ServiceInfo, ports: SlicePort[], addressType: string): EndpointSlice {
  const { namespace, name, uid } = service;
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: name.length < MAX_PREFIX ? `${name}-` : name,
      namespace,
      labels: sliceLabels(service),
      ownerReferences: [owner],
    },
    addressType,
    endpoints: [],
    ports,
  };
}
