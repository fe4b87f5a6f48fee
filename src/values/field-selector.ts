/** Field selectors (`status.phase!=Running,spec.nodeName=n1`). Source: k8s.io/apimachinery/pkg/fields. */
import { badRequest } from '../errors.ts';
import type { FieldRequirement } from './selector.ts';

/** A backslash keeps the next character out of the grammar. */
const TERM = /(?:\\.?|[^\\,])+/gsu;
const REQUIREMENT = /^(.*?)(!=|==|=)(.*)$/su;
const SPECIAL = /\\(.?)|[,=]/gsu;

const unescapeValue = (text: string): string =>
  text.replace(SPECIAL, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw badRequest(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
    }
    if (escaped === '\\' || escaped === ',' || escaped === '=') {
      return escaped;
    }
    throw badRequest(`invalid field selector: invalid escape sequence: ${found}`);
  });

/** Throws 400 in Kubernetes' words. Whether a kind has the path is not checked here. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const terms = [...text.matchAll(TERM)].map(([term]) => term).sort();
  return terms.map((term) => {
    const [, path = '', operator, value = ''] = REQUIREMENT.exec(term) ?? [];
    if (operator === undefined) {
      throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    }
    return { path, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) };
  });
}

/** A field that is not set counts as ''. */
export const matchesFields = (
  requirements: readonly FieldRequirement[],
  values: Readonly<Record<string, string>>,
): boolean =>
  requirements.every(({ path, operator, value }) => {
    const actual = Object.hasOwn(values, path) ? values[path] : '';
    return (actual === value) === (operator === '=');
  });
