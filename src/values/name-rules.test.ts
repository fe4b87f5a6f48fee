import { describe, expect, it } from 'vitest';
import {
  isConfigMapKey,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isEnvVarName,
  isHTTPHeaderName,
  isPathSegmentName,
  isQualifiedName,
  isValidLabelValue,
  isValidPortName,
  isValidPortNum,
  type NameRule,
} from './name-rules.ts';

const of63 = 'a'.repeat(63);

describe('name rules', () => {
  it.each<[string, NameRule, string[]]>([
    ['isDNS1123Label', isDNS1123Label, ['a', '0', 'a-b', of63]],
    ['isDNS1123Subdomain', isDNS1123Subdomain, ['a', 'a.b-c.0', 'a'.repeat(253)]],
    ['isDNS1035Label', isDNS1035Label, ['a', 'a-0', of63]],
    ['isQualifiedName', isQualifiedName, ['a', 'A_b.c-d', 'example.com/A', `${'a'.repeat(253)}/${of63}`]],
    ['isValidLabelValue', isValidLabelValue, ['', 'a', 'A_b.c-d', of63]],
    ['isConfigMapKey', isConfigMapKey, ['a', '.hidden', '-', '__proto__', 'a..b']],
    ['isEnvVarName', isEnvVarName, ['A', '0 a/b~', '-']],
    ['isPathSegmentName', isPathSegmentName, ['a', '', '...', 'A B']],
    ['isValidPortName', isValidPortName, ['http', '8a', 'a-b']],
    ['isHTTPHeaderName', isHTTPHeaderName, ['X-A', '-']],
  ])('%s accepts', (_, rule, texts) => {
    expect(texts.flatMap(rule)).toEqual([]);
  });

  const label =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  const name =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

  it.each<[string, NameRule, string, (string | RegExp)[]]>([
    ['a dot', isDNS1123Label, 'a.b', ['must not contain dots']],
    ['capitals', isDNS1123Label, 'A', [label]],
    ['length', isDNS1123Label, `${of63}a`, ['must be no more than 63 bytes']],
    ['both', isDNS1123Label, '-'.repeat(64), ['must be no more than 63 bytes', label]],
    ['no text', isDNS1123Subdomain, '', [/^a lowercase RFC 1123 subdomain must .* \(e\.g\. 'example\.com', regex/]],
    ['a line break', isDNS1123Subdomain, 'a\n', [/^a lowercase RFC 1123 subdomain/]],
    ['two dots', isDNS1123Subdomain, 'a..b', [/^a lowercase RFC 1123 subdomain/]],
    ['a digit first', isDNS1035Label, '0a', [/^a DNS-1035 label must .* \(e\.g\. 'my-name', {2}or 'abc-123', regex/]],
    ['no name', isQualifiedName, 'a/', ['name part must be non-empty', `name part ${name}`]],
    ['no prefix', isQualifiedName, '/a', ['prefix part must be non-empty']],
    ['a bad prefix', isQualifiedName, 'A/a', [/^prefix part a lowercase RFC 1123 subdomain/]],
    [
      'two slashes',
      isQualifiedName,
      'a/b/c',
      [`a qualified name ${name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`],
    ],
    ['a long label value', isValidLabelValue, 'é'.repeat(32), ['must be no more than 63 bytes', /^a valid label must/]],
    ['.', isConfigMapKey, '.', ["must not be '.'"]],
    ['..', isConfigMapKey, '..', ["must not be '..'"]],
    ['..a', isConfigMapKey, '..a', ["must not start with '..'"]],
    ['a slash', isConfigMapKey, 'a/b', [/^a valid config key must consist of/]],
    ['no key', isConfigMapKey, '', [/^a valid config key must consist of/]],
    ['=', isEnvVarName, 'a=b', [/must consist only of printable ASCII characters other than '='$/]],
    ['a control character', isEnvVarName, 'a\t', [/must consist only of printable ASCII/]],
    ['no variable', isEnvVarName, '', ['environment variable name must be non-empty']],
    ['..', isPathSegmentName, '..', ["may not be '..'"]],
    ['/ and %', isPathSegmentName, '%/', ["may not contain '/'", "may not contain '%'"]],
    [
      'no letter',
      isValidPortName,
      '-0--',
      [
        'must contain at least one letter (a-z)',
        'must not contain consecutive hyphens',
        'must not begin or end with a hyphen',
      ],
    ],
    ['a long port name', isValidPortName, 'a'.repeat(16), ['must be no more than 15 bytes']],
    ['a colon', isHTTPHeaderName, 'a:', [/^a valid HTTP header must consist of/]],
  ])('tell of %s', (_, rule, text, expected) => {
    const messages = rule(text);
    expect(messages).toHaveLength(expected.length);
    for (const [i, message] of expected.entries()) {
      expect(messages[i]).toMatch(message);
    }
  });

  it('knows ports', () => {
    expect([1, 65_535].flatMap(isValidPortNum)).toEqual([]);
    for (const port of [0, 65_536, -1, 1.5, Number.NaN]) {
      expect(isValidPortNum(port)).toEqual(['must be between 1 and 65535, inclusive']);
    }
  });

  it('is fast on long texts', () => {
    for (const text of ['a.'.repeat(500_000), `${'a'.repeat(1_000_000)}!`]) {
      expect(isDNS1123Label(text).length + isQualifiedName(text).length).toBeGreaterThan(0);
    }
  });
});
