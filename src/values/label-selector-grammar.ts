/** The query-string form of label selectors: `a=b,c in (x,y),!d,e>1`. Source: k8s.io/apimachinery/pkg/labels. */
import { badRequest, type StatusError } from '../errors.ts';
import { parseInt64 } from './int64.ts';
import { isQualifiedName, isValidLabelValue } from './name-rules.ts';
import type { LabelRequirement } from './selector.ts';

const TOKEN = /==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+/g;
const SYMBOL = /^[=!(),<>]/;
const OPERATORS: ReadonlyMap<string, LabelRequirement['operator']> = new Map([
  ['in', 'In'],
  ['notin', 'NotIn'],
  ['=', 'In'],
  ['==', 'In'],
  ['!=', 'NotIn'],
  ['>', 'Gt'],
  ['<', 'Lt'],
]);
const OPERATOR_NAMES = 'in, notin, =, ==, !=, gt, lt';

/** Tokens read one by one; '' stands for the end, which is never passed. */
class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
  }

  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  take(): string {
    const token = this.peek();
    this.#at += 1;
    return token;
  }
}

const isIdentifier = (token: string): boolean => token !== '' && !SYMBOL.test(token);
const isOver = (token: string): boolean => token === '' || token === ',';
const found = (token: string, expected: string): string => `found '${token}', expected: ${expected}`;
const badRequirement = (why: string): StatusError => badRequest(`unable to parse requirement: ${why}`);
const invalidValue = (field: string, value: string, why: string): string =>
  `${field}: Invalid value: ${JSON.stringify(value)}: ${why}`;

/** Throws 400 in Kubernetes' words. Requirements are sorted by key, values sorted and without duplicates. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const tokens = new Tokens(text);
  const requirements: LabelRequirement[] = [];
  while (tokens.peek() !== '') {
    const start = tokens.peek();
    if (!isIdentifier(start) && start !== '!') {
      throw badRequest(found(start, "!, identifier, or 'end of string'"));
    }
    requirements.push(parseRequirement(tokens));
    const end = tokens.take();
    if (!isOver(end)) {
      throw badRequest(found(end, "',' or 'end of string'"));
    }
    const next = tokens.peek();
    if (end === ',' && !isIdentifier(next) && next !== '!') {
      throw badRequest(found(next, "identifier after ','"));
    }
  }
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function parseRequirement(tokens: Tokens): LabelRequirement {
  const isNegated = tokens.peek() === '!';
  if (isNegated) {
    tokens.take();
  }
  const key = parseKey(tokens);
  if (isNegated || isOver(tokens.peek())) {
    return { key, operator: isNegated ? 'DoesNotExist' : 'Exists', values: [] };
  }
  const token = tokens.take();
  const operator = OPERATORS.get(token);
  if (operator === undefined) {
    throw badRequirement(found(token, OPERATOR_NAMES));
  }
  const values = token === 'in' || token === 'notin' ? parseSet(tokens) : [parseExactValue(tokens)];
  const requirement = { key, operator, values: [...new Set(values)].sort() };
  checkValues(requirement);
  return requirement;
}

function parseKey(tokens: Tokens): string {
  const key = tokens.take();
  if (!isIdentifier(key)) {
    throw badRequirement(found(key, 'identifier'));
  }
  const reasons = isQualifiedName(key);
  if (reasons.length > 0) {
    // `<nil>` is what Kubernetes prints for the path of a selector that is not part of an object.
    throw badRequirement(invalidValue('<nil>', key, reasons.join('; ')));
  }
  return key;
}

/** Nothing after the operator is the empty value. */
function parseExactValue(tokens: Tokens): string {
  if (isOver(tokens.peek())) {
    return '';
  }
  const value = tokens.take();
  if (!isIdentifier(value)) {
    throw badRequirement(found(value, 'identifier'));
  }
  return value;
}

/** `(x,y)`; an empty place between commas or brackets is the empty value. */
function parseSet(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open !== '(') {
    throw badRequirement(`found '${open}' expected: '('`);
  }
  if (!isIdentifier(tokens.peek()) && tokens.peek() !== ',' && tokens.peek() !== ')') {
    throw badRequirement(found(tokens.peek(), "',', ')' or identifier"));
  }
  const values: string[] = [];
  for (;;) {
    const isValue = isIdentifier(tokens.peek());
    values.push(isValue ? tokens.take() : '');
    const separator = tokens.take();
    if (separator === ')') {
      return values;
    }
    if (separator !== ',') {
      throw badRequirement(found(separator, isValue ? "',' or ')'" : "',', or identifier"));
    }
  }
}

function checkValues({ key, operator, values }: LabelRequirement): void {
  const problems = values.flatMap((value, index) => {
    const needsNumber = operator === 'Gt' || operator === 'Lt';
    const reasons = isValidLabelValue(value);
    return [
      ...(needsNumber && parseInt64(value) === undefined
        ? [invalidValue(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
        : []),
      ...(reasons.length > 0 ? [invalidValue(`values[${index}][${key}]`, value, reasons.join('; '))] : []),
    ];
  });
  if (problems.length > 0) {
    throw badRequirement(problems.length === 1 ? problems.join() : `[${problems.join(', ')}]`);
  }
}
