/** What each type of Secret must hold. Source: pkg/apis/core/validation ValidateSecret, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isConfigMapKey } from '../../values/name-rules.ts';
import { invalidField, requiredField, tooLongField, violations } from '../field-errors.ts';
import { DATA_LIMIT, decodedSize } from './data-fields.ts';
import type { Secret } from './secret.ts';

type Data = Readonly<Record<string, string>>;
type TypeRule = (data: Data, secret: Secret) => StatusCause[];

const missing = (key: string): StatusCause => requiredField(`data[${key}]`);
const requireKey = (data: Data, key: string): StatusCause[] => (Object.hasOwn(data, key) ? [] : [missing(key)]);

/** Never says what is in it. */
function requireJson(data: Data, key: string): StatusCause[] {
  const causes = requireKey(data, key);
  const isObject = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);
  try {
    if (causes.length > 0 || isObject(JSON.parse(Buffer.from(data[key] ?? '', 'base64').toString()))) {
      return causes;
    }
  } catch {
    // Not JSON at all: the parser's message would quote the secret.
  }
  return [invalidField(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object')];
}

const SERVICE_ACCOUNT = 'kubernetes.io/service-account.name';

const TYPE_RULES: ReadonlyMap<string, TypeRule> = new Map<string, TypeRule>([
  [
    'kubernetes.io/service-account-token',
    (_data, { metadata: { annotations = {} } }) =>
      (annotations[SERVICE_ACCOUNT] ?? '') === '' ? [requiredField(`metadata.annotations[${SERVICE_ACCOUNT}]`)] : [],
  ],
  ['kubernetes.io/dockercfg', (data) => requireJson(data, '.dockercfg')],
  ['kubernetes.io/dockerconfigjson', (data) => requireJson(data, '.dockerconfigjson')],
  [
    'kubernetes.io/basic-auth',
    (data) =>
      Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')
        ? []
        : [missing('username'), missing('password')],
  ],
  ['kubernetes.io/ssh-auth', (data) => ((data['ssh-privatekey'] ?? '') === '' ? [missing('ssh-privatekey')] : [])],
  ['kubernetes.io/tls', (data) => [...requireKey(data, 'tls.crt'), ...requireKey(data, 'tls.key')]],
]);

export function validateSecret(secret: Secret): StatusCause[] {
  const { data = {}, type = '' } = secret;
  return [
    ...Object.keys(data).flatMap((key) => violations(isConfigMapKey, `data[${key}]`, key)),
    ...(decodedSize(data) > DATA_LIMIT ? [tooLongField('data', DATA_LIMIT)] : []),
    ...(TYPE_RULES.get(type)?.(data, secret) ?? []),
  ];
}
