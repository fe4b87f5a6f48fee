/**
 * Label requirements as SQL conditions. A few are a look-up each; of many alike one condition is made, which costs a row
 * the same for 10 terms and for 1,000: one by one, 1,000 terms took 2 to 10 s over 50,000 pods.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { LabelRequirement } from '../values/selector.ts';
import { cleanText } from './clean-text.ts';

/** Up to so many of an operator, look-ups are cheaper than taking a row's labels apart. */
const FEW = 4;

type Many = (requirements: readonly LabelRequirement[]) => SQL;

const texts = (values: readonly string[]): SQL => sql`${sql.param(values.map(cleanText))}::text[]`;
/** `=` is in no key. PostgreSQL hashes a long constant array once for all rows. */
const pairs = (key: string, values: Iterable<string>): string[] => [...values].map((value) => `${key}=${value}`);
const labelsAmong = (wanted: readonly string[]): SQL =>
  sql`FROM jsonb_each_text(o.labels) l WHERE l.key || '=' || l.value = ANY (${texts(wanted)})`;
const keysAmong = (keys: Iterable<string>): SQL =>
  sql`FROM jsonb_object_keys(o.labels) k WHERE k = ANY (${texts([...keys])})`;

/** A key that is asked for twice must have a value that both allow. */
function allowedValues(requirements: readonly LabelRequirement[]): ReadonlyMap<string, ReadonlySet<string>> {
  const allowed = new Map<string, Set<string>>();
  for (const { key, values } of requirements) {
    const before = allowed.get(key);
    allowed.set(key, new Set(before === undefined ? values : values.filter((value) => before.has(value))));
  }
  return allowed;
}

function allIn(requirements: readonly LabelRequirement[]): SQL {
  const allowed = allowedValues(requirements);
  const wanted = [...allowed].flatMap(([key, values]) => pairs(key, values));
  return sql`(SELECT count(*) ${labelsAmong(wanted)}) = ${allowed.size}::int`;
}

function allPresent(requirements: readonly LabelRequirement[]): SQL {
  const keys = new Set(requirements.map(({ key }) => key));
  return sql`(SELECT count(*) ${keysAmong(keys)}) = ${keys.size}::int`;
}

/** Of an int64 only: with another text no comparison holds. CASE within CASE: AND may be evaluated in any order. */
const asInteger = (text: SQL): SQL =>
  sql`(CASE WHEN ${text} ~ '^[+-]?[0-9]{1,100}$' THEN CASE WHEN (${text})::numeric
    BETWEEN -9223372036854775808 AND 9223372036854775807 THEN (${text})::numeric END END)`;

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];
function int64Of(text: string): bigint | undefined {
  const value = /^[+-]?[0-9]{1,100}$/.test(text) ? BigInt(text) : undefined;
  return value !== undefined && value >= LEAST && value <= MOST ? value : undefined;
}

/** Only the tightest bound of a key counts. An object that lacks one of the keys costs one look. */
const allBeyond =
  (sign: '<' | '>'): Many =>
  (requirements) => {
    const bounds = new Map<string, bigint>();
    for (const { key, values } of requirements) {
      const bound = int64Of(values[0] ?? '');
      if (bound === undefined) {
        return sql`false`;
      }
      const known = bounds.get(key) ?? bound;
      bounds.set(key, (sign === '>') === bound > known ? bound : known);
    }
    const actual = asInteger(sql`(o.labels ->> b.key)`);
    const amounts = sql`${sql.param([...bounds.values()].map(String))}::numeric[]`;
    return sql`CASE WHEN ${allPresent(requirements)} THEN NOT EXISTS (
      SELECT FROM unnest(${texts([...bounds.keys()])}, ${amounts}) AS b(key, bound)
      WHERE (${actual} ${sql.raw(sign)} b.bound) IS NOT TRUE) ELSE false END`;
  };

const ALL_OF: Record<LabelRequirement['operator'], Many> = {
  In: allIn,
  NotIn: (requirements) =>
    sql`NOT EXISTS (SELECT ${labelsAmong(requirements.flatMap(({ key, values }) => pairs(key, values)))})`,
  Exists: allPresent,
  DoesNotExist: (requirements) => sql`NOT EXISTS (SELECT ${keysAmong(requirements.map(({ key }) => key))})`,
  Gt: allBeyond('>'),
  Lt: allBeyond('<'),
};

function oneCondition({ key, operator, values }: LabelRequirement): SQL {
  const name = cleanText(key);
  const value = sql`(o.labels ->> ${name}::text)`;
  const isListed = sql`${value} = ANY (${texts(values)})`;
  switch (operator) {
    case 'In':
      return isListed;
    case 'NotIn':
      return sql`(${isListed}) IS NOT TRUE`;
    case 'Exists':
      return sql`o.labels ? ${name}::text`;
    case 'DoesNotExist':
      return sql`NOT o.labels ? ${name}::text`;
    case 'Gt':
      return sql`${asInteger(value)} > ${asInteger(sql`${values[0] ?? ''}::text`)}`;
    case 'Lt':
      return sql`${asInteger(value)} < ${asInteger(sql`${values[0] ?? ''}::text`)}`;
  }
}

export function labelConditions(requirements: readonly LabelRequirement[]): SQL[] {
  const operators = new Set(requirements.map(({ operator }) => operator));
  return [...operators].flatMap((operator) => {
    const alike = requirements.filter((requirement) => requirement.operator === operator);
    return alike.length > FEW ? [ALL_OF[operator](alike)] : alike.map(oneCondition);
  });
}
