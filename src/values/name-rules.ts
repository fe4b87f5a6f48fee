/**
 * What names, labels, keys and ports may look like. Each rule returns the reasons against `text`; none: it is valid.
 * Source of patterns and words: k8s.io/apimachinery/pkg/util/validation and pkg/api/validation/path, 1.34.
 */
export type NameRule = (text: string) => string[];

interface Pattern {
  readonly source: string;
  readonly test: RegExp;
  readonly message: string;
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const ALPHANUMERIC_ENDS = 'must start and end with an alphanumeric character';

function pattern(source: string, message: string, ...examples: readonly string[]): Pattern {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return {
    source,
    test: new RegExp(`^${source}$`),
    message: `${message} (e.g. ${shown}regex used for validation is '${source}')`,
  };
}

const dns1123Label = pattern(
  LABEL,
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and ${ALPHANUMERIC_ENDS}`,
  ...['my-name', '123-abc'],
);
const dns1123Subdomain = pattern(
  `${LABEL}(\\.${LABEL})*`,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and " +
    ALPHANUMERIC_ENDS,
  'example.com',
);
const wildcardSubdomain = pattern(
  `\\*\\.${LABEL}(\\.${LABEL})*`,
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  '*.example.com',
);
const dns1035Label = pattern(
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
    'and end with an alphanumeric character',
  ...['my-name', 'abc-123'],
);
const qualifiedName = pattern(
  QUALIFIED,
  `must consist of alphanumeric characters, '-', '_' or '.', and ${ALPHANUMERIC_ENDS}`,
  ...['MyName', 'my.name', '123-abc'],
);
const labelValue = pattern(
  `(${QUALIFIED})?`,
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and ${ALPHANUMERIC_ENDS}`,
  ...['MyValue', 'my_value', '12345'],
);
const configMapKey = pattern(
  '[-._a-zA-Z0-9]+',
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  ...['key.name', 'KEY_NAME', 'key-name'],
);
const httpHeaderName = pattern(
  '[-A-Za-z0-9]+',
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  'X-Header-Name',
);

const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const PORT_NAME_LENGTH = 15;
const EMPTY = 'must be non-empty';

const check = (text: string, { test, message }: Pattern): string[] => (test.test(text) ? [] : [message]);

/** Bytes, as Go's len() counts; no UTF-16 unit takes more than three, so that most texts need no counting. */
const checkLength = (text: string, max: number): string[] =>
  text.length * 3 > max && Buffer.byteLength(text) > max ? [`must be no more than ${max} bytes`] : [];

export function isDNS1123Label(text: string): string[] {
  const messages = checkLength(text, LABEL_LENGTH);
  if (dns1123Label.test.test(text)) {
    return messages;
  }
  return [...messages, dns1123Subdomain.test.test(text) ? 'must not contain dots' : dns1123Label.message];
}

export const isDNS1123Subdomain: NameRule = (text) => [
  ...checkLength(text, SUBDOMAIN_LENGTH),
  ...check(text, dns1123Subdomain),
];

/** Stands for one label: `*.example.com`. */
export const isWildcardDNS1123Subdomain: NameRule = (text) => [
  ...checkLength(text, SUBDOMAIN_LENGTH),
  ...check(text, wildcardSubdomain),
];

export const isDNS1035Label: NameRule = (text) => [...checkLength(text, LABEL_LENGTH), ...check(text, dns1035Label)];

/** With or without a prefix; says nothing of lengths. */
const wholeQualifiedName = new RegExp(`^(${dns1123Subdomain.source}/)?${QUALIFIED}$`);

/** A label or annotation key: `name` or `prefix.example/name`. */
export function isQualifiedName(text: string): string[] {
  if (text.length <= LABEL_LENGTH && wholeQualifiedName.test(text)) {
    return [];
  }
  const parts = text.split('/');
  const name = parts.pop() ?? '';
  if (parts.length > 1) {
    return [
      `a qualified name ${qualifiedName.message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix] = parts;
  const ofPrefix = prefix === '' ? [EMPTY] : prefix === undefined ? [] : isDNS1123Subdomain(prefix);
  const ofName = [...(name === '' ? [EMPTY] : checkLength(name, LABEL_LENGTH)), ...check(name, qualifiedName)];
  return [...ofPrefix.map((message) => `prefix part ${message}`), ...ofName.map((message) => `name part ${message}`)];
}

export const isValidLabelValue: NameRule = (text) => [...checkLength(text, LABEL_LENGTH), ...check(text, labelValue)];

/** A key of a ConfigMap or Secret: it becomes a file name, so it must not climb out of the volume. */
export const isConfigMapKey: NameRule = (text) => [
  ...checkLength(text, SUBDOMAIN_LENGTH),
  ...check(text, configMapKey),
  ...(text === '.' || text === '..' ? [`must not be '${text}'`] : []),
  ...(text !== '..' && text.startsWith('..') ? ["must not start with '..'"] : []),
];

/** The relaxed rule (RelaxedEnvironmentVariableValidation, on by default since 1.32). */
export const isEnvVarName: NameRule = (text) => [
  ...(text === '' ? [`environment variable name ${EMPTY}`] : []),
  ...(/^[ -<>-~]*$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
];

/** The least that any name in a URL path must meet. */
export function isPathSegmentName(text: string): string[] {
  if (text === '.' || text === '..') {
    return [`may not be '${text}'`];
  }
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
}

export const isValidPortNum = (port: number): string[] =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];

export const isValidPortName: NameRule = (text) => [
  ...checkLength(text, PORT_NAME_LENGTH),
  ...(/^[-a-z0-9]+$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
  ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(text.startsWith('-') || text.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
];

export const isHTTPHeaderName: NameRule = (text) => check(text, httpHeaderName);
