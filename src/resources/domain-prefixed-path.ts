/** `example.com/controller`. Source: k8s.io/apimachinery/pkg/util/validation, IsDomainPrefixedPath, 1.34. */
import type { StatusCause } from '../errors.ts';
import { isDNS1123Subdomain } from '../values/name-rules.ts';
import { invalidField, requiredField, violations } from './field-errors.ts';

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const IS_PATH = new RegExp(`^${PATH}$`);

export function checkDomainPrefixedPath(field: string, text: string): StatusCause[] {
  if (text === '') {
    return [requiredField(field)];
  }
  const slash = text.indexOf('/');
  const [host, path] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (host === '' || path === '') {
    return [invalidField(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const badPath = `Invalid path (regex used for validation is '${PATH}')`;
  return [
    ...violations(isDNS1123Subdomain, field, host),
    ...(IS_PATH.test(path) ? [] : [invalidField(field, path, badPath)]),
  ];
}
