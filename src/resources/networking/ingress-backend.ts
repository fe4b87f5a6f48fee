/** Where an ingress sends what it lets in. Source: pkg/apis/networking/validation, validateIngressBackend, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1035Label, isValidPortName } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import { checkPortNumber } from '../pod/validate-ports.ts';
import { checkTypedReference, type TypedReference } from './typed-reference.ts';

interface ServiceBackend {
  name?: string;
  port?: { name?: string; number?: number };
}
export interface Backend {
  service?: ServiceBackend;
  resource?: TypedReference;
}

/** What is wrong with the port as a whole is told of the backend. */
function checkPort(path: string, { name = '', number = 0 }: NonNullable<ServiceBackend['port']>): StatusCause[] {
  const at = `${path}.service.port`;
  if (name !== '') {
    return number === 0
      ? violations(isValidPortName, `${at}.name`, name)
      : [invalidField(path, '', 'cannot set both port name & port number')];
  }
  return number === 0
    ? [requiredField(path, 'port name or number is required')]
    : checkPortNumber(`${at}.number`, number);
}

export function checkBackend(path: string, { service, resource }: Backend): StatusCause[] {
  if (service !== undefined && resource !== undefined) {
    return [invalidField(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) {
    return checkTypedReference(`${path}.resource`, resource);
  }
  if (service === undefined) {
    return [invalidField(path, '', 'resource or service backend is required')];
  }
  const { name = '', port = {} } = service;
  return [
    ...(name === ''
      ? [requiredField(`${path}.service.name`)]
      : violations(isDNS1035Label, `${path}.service.name`, name)),
    ...checkPort(path, port),
  ];
}
