/** core/v1 Endpoints. Source: pkg/apis/core/{v1/defaults,validation}, ValidateEndpoints, 1.34. */
import { isIPv6 } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, NONE, shortened } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { requiredField, unlessSame, violations } from '../field-errors.ts';
import { checkPortNumber } from '../pod/validate-ports.ts';
import { checkProtocol } from './service-ports.ts';
import { checkUsableIP } from './usable-ip.ts';

interface Port {
  name?: string;
  port?: number;
  protocol?: string;
  appProtocol?: string;
}
interface Address {
  ip?: string;
  hostname?: string;
  nodeName?: string;
}
interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: Port[];
}
interface Endpoints extends KubeObject {
  subsets?: Subset[];
}

function endpointsCell({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    // Headless services may have none.
    ports.length === 0
      ? addresses.map(({ ip = '' }) => ip)
      : ports.flatMap(({ port = 0 }) => addresses.map(({ ip = '' }) => `${isIPv6(ip) ? `[${ip}]` : ip}:${port}`)),
  );
  return shortened(all, NONE);
}

function checkPort(
  path: string,
  { name = '', port = 0, protocol, appProtocol }: Port,
  isNamed: boolean,
): StatusCause[] {
  return [
    ...(isNamed && name === '' ? [requiredField(`${path}.name`)] : []),
    ...(name === '' ? [] : violations(isDNS1123Label, `${path}.name`, name)),
    ...checkPortNumber(`${path}.port`, port),
    ...checkProtocol(`${path}.protocol`, protocol),
    ...(appProtocol === undefined ? [] : violations(isQualifiedName, `${path}.appProtocol`, appProtocol)),
  ];
}

function checkAddress(path: string, { ip = '', hostname = '', nodeName }: Address): StatusCause[] {
  return [
    ...(hostname === '' ? [] : violations(isDNS1123Label, `${path}.hostname`, hostname)),
    ...(nodeName === undefined ? [] : violations(isDNS1123Subdomain, `${path}.nodeName`, nodeName)),
    ...checkUsableIP(`${path}.ip`, ip),
  ];
}

function checkSubset(path: string, { addresses = [], notReadyAddresses = [], ports = [] }: Subset): StatusCause[] {
  const neither = addresses.length + notReadyAddresses.length === 0;
  return [
    ...(neither ? [requiredField(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((address, index) => checkAddress(`${path}.addresses[${index}]`, address)),
    ...notReadyAddresses.flatMap((address, index) => checkAddress(`${path}.notReadyAddresses[${index}]`, address)),
    ...ports.flatMap((port, index) => checkPort(`${path}.ports[${index}]`, port, ports.length > 1)),
  ];
}

export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  listKind: 'EndpointsList',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Endpoints',
  hasGeneration: false,
  createOnUpdate: true,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [NAME_COLUMN, column('Endpoints', docOf('subsets'), endpointsCell), AGE_COLUMN],
  applyDefaults: ({ subsets = [] }) => {
    for (const port of subsets.flatMap(({ ports = [] }) => ports)) {
      port.protocol ||= 'TCP';
    }
  },
  validate: ({ subsets = [] }, old) => {
    const causes = subsets.flatMap((subset, index) => checkSubset(`subsets[${index}]`, subset));
    return unlessSame(causes, subsets, old && (old.subsets ?? []));
  },
});
