/** `example.com/signer`. Source: pkg/apis/core/validation, ValidateSignerName, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, type NameRule } from '../../values/name-rules.ts';
import { invalidField, requiredField, tooLongField } from '../field-errors.ts';

const MAX_DOMAIN = 253;
const MAX_PATH = 253 + 63 + 1;
const MAX_NAME = MAX_DOMAIN + MAX_PATH + 1;

/** One bad label is enough: the others would be told of in the same words. */
function checkLabels(path: string, text: string, rule: NameRule): StatusCause[] {
  const bad = text.split('.').find((label) => rule(label).length > 0);
  return bad === undefined
    ? []
    : rule(bad).map((message) => invalidField(path, text, `validating label ${JSON.stringify(bad)}: ${message}`));
}

export function checkSignerName(path: string, name: string): StatusCause[] {
  const [domain = '', rest, more] = name.split('/');
  if (name === '' || rest === undefined || more !== undefined) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [name === '' ? requiredField(path) : invalidField(path, name, form)];
  }
  const single = 'should be a domain with at least two segments separated by dots';
  return [
    ...(domain.length > MAX_DOMAIN ? [tooLongField(path, MAX_DOMAIN)] : []),
    ...checkLabels(path, domain, isDNS1123Label),
    ...(domain.includes('.') ? [] : [invalidField(path, domain, single)]),
    ...checkLabels(path, rest, isDNS1123Subdomain),
    ...(name.length > MAX_NAME ? [tooLongField(path, MAX_NAME)] : []),
  ];
}
