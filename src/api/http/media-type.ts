/** Media types as headers carry them, and what is said of the wrong ones. */
import { StatusError } from '../../errors.ts';

export interface MediaType {
  /** Lower case, e.g. `application/json`. */
  readonly type: string;
  /** Names in lower case; quotes taken off. */
  readonly params: ReadonlyMap<string, string>;
}

export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
export const APPLY_TYPE = 'application/apply-patch+yaml';

export const ACCEPTED_BODY_TYPES: readonly string[] = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];

const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1');

/** Never throws: parts that make no sense are left out. The order of the parameters does not matter. */
export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = text.split(';');
  const params = new Map<string, string>();
  for (const part of rest) {
    const [name = '', value = ''] = part.split(/=(.*)/s);
    if (name.trim() !== '') {
      params.set(name.trim().toLowerCase(), unquoted(value.trim()));
    }
  }
  return { type: type.trim().toLowerCase(), params };
}

/** Source: apiserver's endpoints/handlers/negotiation/errors.go. */
export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    {},
  );

export const notAcceptable = (offered: readonly string[]): StatusError =>
  new StatusError('NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`, {});
