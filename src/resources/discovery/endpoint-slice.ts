/** discovery.k8s.io/v1 EndpointSlice. Source: pkg/{apis,registry}/discovery, 1.34. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  type NameRule,
} from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { isSameJson } from '../../values/same-json.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, shortened, UNKNOWN } from '../columns.ts';
import { checkProtocol } from '../core/service-ports.ts';
import { checkUsableIP } from '../core/usable-ip.ts';
import { defineResource } from '../define-resource.ts';
import {
  checkImmutable,
  duplicateField,
  invalidField,
  requiredField,
  tooManyField,
  unlessSame,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import { validateLabels } from '../validate-metadata.ts';

interface Port {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
}
interface Hint {
  name?: string;
}
interface Endpoint {
  addresses?: string[];
  hostname?: string;
  nodeName?: string;
  deprecatedTopology?: Record<string, string>;
  hints?: { forZones?: Hint[]; forNodes?: Hint[] };
}
interface EndpointSlice extends KubeObject {
  addressType?: string;
  endpoints?: Endpoint[];
  ports?: Port[];
}

const TYPES = ['FQDN', 'IPv4', 'IPv6'];
const FAMILIES: Readonly<Record<string, number>> = { IPv4: 4, IPv6: 6 };
const UNSET = '<unset>';
const MAX_ENDPOINTS = 1_000;
const MAX_PORTS = 20_000;
const MAX_ADDRESSES = 100;
const MAX_TOPOLOGY = 16;
const MAX_HINTS = 8;

function checkAddress(path: string, type: string, address: string): StatusCause[] {
  const family = FAMILIES[type];
  if (family === undefined) {
    return type === 'FQDN' ? violations(isDNS1123Subdomain, path, address) : [];
  }
  return isIP(address) === family
    ? checkUsableIP(path, address)
    : [invalidField(path, address, `must be a valid ${type} address`)];
}

const tooMany = (path: string, count: number, max: number): StatusCause[] =>
  count > max ? [tooManyField(path, count, max)] : [];

function checkHints(path: string, hints: readonly Hint[], rule: NameRule): StatusCause[] {
  if (hints.length > MAX_HINTS) {
    return [tooManyField(path, hints.length, MAX_HINTS)];
  }
  const names = hints.map(({ name = '' }) => name);
  const isRepeated = repeatsOf(names);
  return names.flatMap((name, index) => [
    ...(isRepeated(index) ? [duplicateField(`${path}[${index}].name`, name)] : []),
    ...violations(rule, `${path}[${index}].name`, name),
  ]);
}

function checkEndpoint(path: string, type: string, endpoint: Endpoint): StatusCause[] {
  const { addresses = [], hostname, nodeName, deprecatedTopology: topology = {}, hints = {} } = endpoint;
  return [
    ...(addresses.length === 0 ? [requiredField(`${path}.addresses`, 'must contain at least 1 address')] : []),
    ...tooMany(`${path}.addresses`, addresses.length, MAX_ADDRESSES),
    ...addresses.flatMap((address, at) => checkAddress(`${path}.addresses[${at}]`, type, address)),
    ...(nodeName === undefined ? [] : violations(isDNS1123Subdomain, `${path}.nodeName`, nodeName)),
    ...tooMany(`${path}.deprecatedTopology`, Object.keys(topology).length, MAX_TOPOLOGY),
    ...validateLabels(topology, `${path}.deprecatedTopology`),
    ...(hostname === undefined ? [] : violations(isDNS1123Label, `${path}.hostname`, hostname)),
    ...checkHints(`${path}.hints.forZones`, hints.forZones ?? [], isValidLabelValue),
    ...checkHints(`${path}.hints.forNodes`, hints.forNodes ?? [], isDNS1123Subdomain),
  ];
}

function checkPorts(ports: readonly Port[]): StatusCause[] {
  const isRepeated = repeatsOf(ports.map(({ name = '' }) => name));
  return ports.flatMap(({ name = '', protocol, port, appProtocol }, index) => {
    const path = `ports[${index}]`;
    return [
      ...(name === '' ? [] : violations(isDNS1123Label, `${path}.name`, name)),
      ...(isRepeated(index) ? [duplicateField(`${path}.name`, name)] : []),
      ...checkProtocol(`${path}.protocol`, protocol),
      ...(port === undefined || (port >= 1 && port <= 65_535)
        ? []
        : [invalidField(`${path}.port`, port, 'must be between 1 and 65535, inclusive')]),
      ...(appProtocol === undefined ? [] : violations(isQualifiedName, `${path}.appProtocol`, appProtocol)),
    ];
  });
}

/** Of very many, that alone is told. */
function checkEndpoints({ addressType = '', endpoints = [] }: EndpointSlice): StatusCause[] {
  return endpoints.length > MAX_ENDPOINTS
    ? [tooManyField('endpoints', endpoints.length, MAX_ENDPOINTS)]
    : endpoints.flatMap((endpoint, index) => checkEndpoint(`endpoints[${index}]`, addressType, endpoint));
}

function validate(slice: EndpointSlice, old?: EndpointSlice): StatusCause[] {
  const { addressType = '', endpoints = [], ports = [] } = slice;
  const supported = TYPES.includes(addressType) ? [] : [unsupportedField('addressType', addressType, TYPES)];
  return [
    ...(addressType === '' ? [requiredField('addressType')] : supported),
    ...unlessSame(checkEndpoints(slice), endpoints, old && (old.endpoints ?? [])),
    ...(ports.length > MAX_PORTS ? [tooManyField('ports', ports.length, MAX_PORTS)] : checkPorts(ports)),
  ];
}

export const endpointSlice = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',
  changesGeneration: ({ metadata: { labels }, ...rest }, { metadata: { labels: oldLabels }, ...old }) =>
    !isSameJson(rest, old) || !isSameJson(labels, oldLabels),
  columns: [
    NAME_COLUMN,
    column('AddressType', docOf('addressType'), ({ addressType }) => addressType ?? ''),
    column('Ports', docOf('ports'), ({ ports = [] }) =>
      shortened(
        ports.map(({ port }) => (port === undefined ? '*' : String(port))),
        UNSET,
      ),
    ),
    column('Endpoints', docOf('endpoints'), ({ endpoints }) =>
      endpoints === undefined
        ? UNKNOWN
        : shortened(
            endpoints.flatMap(({ addresses = [] }) => addresses),
            UNSET,
          ),
    ),
    AGE_COLUMN,
  ],
  applyDefaults: ({ ports = [] }) => {
    for (const port of ports) {
      port.name ??= '';
      port.protocol ||= 'TCP';
    }
  },
  validate,
  validateUpdate: ({ addressType }, { addressType: old }) =>
    checkImmutable('addressType', addressType, addressType === old),
});
