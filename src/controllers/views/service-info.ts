/** A service reduced to what its endpoints are made from. */
import type { StoredObject } from '../../registry/registry.ts';
import type { ServiceSpec } from '../../resources/core/default-service.ts';
import type { Service } from '../../resources/core/service.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';

export interface ServiceInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  readonly createdAt: number;
  /** Its endpoints are to be for zones, in proportion to their CPU. */
  readonly wantsZoneHints: boolean;
  readonly spec: ServiceSpec;
}

/** The older name counts more. Source: k8s.io/endpointslice/utils.go, hintsEnabled. */
export function wantsZoneHints(annotations: Readonly<Record<string, string>> = {}): boolean {
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode'];
  return mode === 'Auto' || mode === 'auto';
}

export function toServiceInfo(object: KubeObject, stored: Pick<StoredObject, 'labels' | 'revision'>): ServiceInfo {
  const { metadata, spec = {} } = object as Service;
  const { namespace = '', name = '', uid = '', deletionTimestamp } = metadata;
  return {
    ...{ namespace, name, uid, revision: stored.revision, labels: stored.labels, spec },
    deleting: deletionTimestamp !== undefined,
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    wantsZoneHints: wantsZoneHints(metadata.annotations),
  };
}

/** One that others make endpoints for, or that has none, is left alone. Source: endpointslice_controller.go. */
export const hasOwnEndpoints = ({ spec }: Pick<ServiceInfo, 'spec'>): boolean =>
  spec.type !== 'ExternalName' && hasSelector(spec);

/** An empty one is none, as in protobuf, which Kubernetes stores. */
export const hasSelector = (spec: Pick<ServiceSpec, 'selector'> | undefined): boolean =>
  Object.keys(spec?.selector ?? {}).length > 0;

/** Without an address of its own. */
export const isHeadless = ({ spec }: Pick<ServiceInfo, 'spec'>): boolean => ['None', ''].includes(spec.clusterIP ?? '');
