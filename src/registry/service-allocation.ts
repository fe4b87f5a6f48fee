/**
 * No two services share an address or a node port. What a service was given follows from its uid and moves on when it is
 * taken; what it asked for is refused. Two that ask for the same in the same moment can both get it: nothing is reserved.
 * Source: pkg/registry/core/service/storage/alloc.go and portallocator, 1.34.
 */
import { invalid, type StatusCause } from '../errors.ts';
import type { ServiceSpec } from '../resources/core/default-service.ts';
import { HEADLESS, mayBeOnNodes } from '../resources/core/default-service.ts';
import { clusterIPOf, isGivenPort, nodePortOf } from '../resources/core/service-addresses.ts';
import type { ServicePort } from '../resources/core/service-ports.ts';
import { invalidField } from '../resources/field-errors.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { RegistryContext } from './context.ts';

const SERVICES = 'services';
interface Service extends KubeObject {
  spec?: ServiceSpec;
}

/** Services other than the one that is asked for, by a field of theirs. */
async function others(
  { objects }: RegistryContext,
  { namespace, name }: AdmissionRequest,
  path: string,
  value: string,
): Promise<Service[]> {
  const { items } = await objects.list({ resource: SERVICES, fields: [{ path, operator: '=', value }] });
  return items
    .filter((item) => item.namespace !== namespace || item.name !== name)
    .map((item) => decodeObject<Service>(item));
}

async function settleAddress(context: RegistryContext, request: AdmissionRequest, spec: ServiceSpec) {
  const { metadata } = request.object;
  const isGiven = request.operation === 'create' && spec.clusterIP === clusterIPOf(metadata.uid ?? '', 0);
  for (let attempt = 0; ; attempt += 1) {
    const { clusterIP = '' } = spec;
    if (clusterIP === '' || clusterIP === HEADLESS) {
      return [];
    }
    if ((await others(context, request, 'spec.clusterIP', clusterIP)).length === 0) {
      return [];
    }
    if (!isGiven) {
      const why = `failed to allocate IP ${clusterIP}: provided IP is already allocated`;
      return [invalidField('spec.clusterIPs', spec.clusterIPs ?? [clusterIP], why)];
    }
    spec.clusterIP = clusterIPOf(metadata.uid ?? '', attempt + 1);
    spec.clusterIPs = [spec.clusterIP];
  }
}

const portsOf = ({ spec }: Service): number[] => [
  ...(spec?.ports ?? []).flatMap(({ nodePort = 0 }) => (nodePort === 0 ? [] : [nodePort])),
  ...(spec?.healthCheckNodePort === undefined ? [] : [spec.healthCheckNodePort]),
];

function settlePort(port: ServicePort, index: number, uid: string, taken: Set<number>): StatusCause[] {
  const { nodePort = 0 } = port;
  if (nodePort === 0 || !taken.has(nodePort)) {
    return [];
  }
  if (!isGivenPort(uid, index, nodePort)) {
    return [invalidField(`spec.ports[${index}].nodePort`, nodePort, 'provided port is already allocated')];
  }
  let attempt = 0;
  while (taken.has(port.nodePort ?? 0)) {
    attempt += 1;
    port.nodePort = nodePortOf(uid, index, attempt);
  }
  taken.add(port.nodePort ?? 0);
  return [];
}

async function settlePorts(context: RegistryContext, request: AdmissionRequest, spec: ServiceSpec) {
  if (!mayBeOnNodes(spec)) {
    return [];
  }
  const found = await Promise.all(
    ['NodePort', 'LoadBalancer'].map((type) => others(context, request, 'spec.type', type)),
  );
  const taken = new Set(found.flat().flatMap(portsOf));
  const uid = request.operation === 'create' ? (request.object.metadata.uid ?? '') : '';
  return (spec.ports ?? []).flatMap((port, index) => settlePort(port, index, uid, taken));
}

export const serviceAllocation: AdmissionPlugin = {
  name: 'ServiceAllocation',
  admit(context, request) {
    const { kind, operation, object, name } = request;
    if (kind.id !== SERVICES || operation === 'delete') {
      return undefined;
    }
    const { spec = {} } = object as Service;
    return (async () => {
      const causes = [...(await settleAddress(context, request, spec)), ...(await settlePorts(context, request, spec))];
      if (causes.length > 0) {
        throw invalid({ group: '', kind: 'Service' }, name, causes);
      }
    })();
  },
};
