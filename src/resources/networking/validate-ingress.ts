/** What an ingress must meet. Source: pkg/apis/networking/validation, ValidateIngressSpec, 1.34. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { isDNS1035Label, isDNS1123Subdomain, isValidPortName } from '../../values/name-rules.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkPortNumber } from '../pod/validate-ports.ts';

interface Backend {
  service?: { name?: string; port?: { name?: string; number?: number } };
  resource?: { apiGroup?: string; kind?: string; name?: string };
}
interface Path {
  path?: string;
  pathType?: string;
  backend?: Backend;
}
export interface IngressSpec {
  ingressClassName?: string;
  defaultBackend?: Backend;
  rules?: { host?: string; http?: { paths?: Path[] } }[];
  tls?: { hosts?: string[]; secretName?: string }[];
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const NEITHER = 'either `defaultBackend` or `rules` must be specified';

/** `*.example.com` stands for one label. */
const checkHost = (path: string, host: string): StatusCause[] =>
  isIP(host) > 0
    ? [invalidField(path, host, 'must be a DNS name, not an IP address')]
    : violations(isDNS1123Subdomain, path, host.replace(/^\*\./, 'any.'));

function checkService(path: string, { name = '', port = {} }: NonNullable<Backend['service']>): StatusCause[] {
  const { name: portName = '', number } = port;
  const both = 'cannot set both port name & port number';
  return [
    ...(name === '' ? [requiredField(`${path}.name`)] : violations(isDNS1035Label, `${path}.name`, name)),
    ...(portName !== '' && number ? [invalidField(path, '', both)] : []),
    ...(portName === '' && !number ? [requiredField(`${path}.port`, 'port name or number is required')] : []),
    ...(portName === '' ? [] : violations(isValidPortName, `${path}.port.name`, portName)),
    ...(number ? checkPortNumber(`${path}.port.number`, number) : []),
  ];
}

function checkBackend(path: string, { service, resource }: Backend): StatusCause[] {
  if (service !== undefined && resource !== undefined) {
    return [invalidField(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) {
    return [
      ...(resource.kind ? [] : [requiredField(`${path}.resource.kind`)]),
      ...(resource.name ? [] : [requiredField(`${path}.resource.name`)]),
    ];
  }
  return service === undefined
    ? [requiredField(path, 'resource or service backend is required')]
    : checkService(`${path}.service`, service);
}

function checkPath(at: string, { path = '', pathType, backend = {} }: Path): StatusCause[] {
  const isAbsolute = path.startsWith('/') || (path === '' && pathType === 'ImplementationSpecific');
  return [
    ...(pathType === undefined || pathType === ''
      ? [requiredField(`${at}.pathType`, 'pathType must be specified')]
      : PATH_TYPES.includes(pathType)
        ? []
        : [unsupportedField(`${at}.pathType`, pathType, PATH_TYPES)]),
    ...(isAbsolute ? [] : [invalidField(`${at}.path`, path, 'must be an absolute path')]),
    ...checkBackend(`${at}.backend`, backend),
  ];
}

export function checkIngress({ defaultBackend, rules = [], tls = [], ingressClassName }: IngressSpec): StatusCause[] {
  return [
    ...(rules.length === 0 && defaultBackend === undefined ? [invalidField('spec', {}, NEITHER)] : []),
    ...(defaultBackend === undefined ? [] : checkBackend('spec.defaultBackend', defaultBackend)),
    ...rules.flatMap(({ host = '', http }, index) => {
      const at = `spec.rules[${index}]`;
      const paths = http?.paths ?? [];
      return [
        ...(host === '' ? [] : checkHost(`${at}.host`, host)),
        ...(http !== undefined && paths.length === 0 ? [requiredField(`${at}.http.paths`)] : []),
        ...paths.flatMap((path, i) => checkPath(`${at}.http.paths[${i}]`, path)),
      ];
    }),
    ...tls.flatMap(({ hosts = [] }, index) =>
      hosts.flatMap((host, at) => checkHost(`spec.tls[${index}].hosts[${at}]`, host)),
    ),
    ...(ingressClassName === undefined
      ? []
      : violations(isDNS1123Subdomain, 'spec.ingressClassName', ingressClassName)),
  ];
}
