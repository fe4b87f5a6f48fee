/** How one field of a KubeletConfiguration is checked: each answers what is wrong with a value, or undefined. */
import { parseQuantity } from '../quantity.ts';
import { parseGoDuration } from './go-duration.ts';

export type Check = (value: unknown, path: string) => readonly string[];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const be =
  (what: string, isRight: (value: unknown) => boolean): Check =>
  (value, path) =>
    isRight(value) ? [] : [`${path} must be ${what}`];

export const text = be('a string', (value) => typeof value === 'string');
export const flag = be('true or false', (value) => typeof value === 'boolean');
export const int = be('a whole number', (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31);
export const long = be('a whole number', (value) => Number.isSafeInteger(value));
export const float = be('a number', (value) => typeof value === 'number' && Number.isFinite(value));
export const duration = be(
  'a duration like 10s or 1m30s',
  (value) => typeof value === 'string' && parseGoDuration(value) !== undefined,
);
/** YAML has `1` as a number, and so do clients. */
export const quantity = be(
  'a quantity like 500m or 1Gi',
  (value) => ['string', 'number'].includes(typeof value) && parseQuantity(String(value)) !== undefined,
);
/** A part of the configuration that nothing here looks into. */
export const anything: Check = (value, path) => (isRecord(value) ? [] : [`${path} must be a map`]);

export const listOf =
  (item: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each: unknown, index) => item(each, `${path}[${index}]`))
      : [`${path} must be a list`];

export const mapOf =
  (item: Check): Check =>
  (value, path) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([key, each]) => item(each, `${path}[${key}]`))
      : [`${path} must be a map`];

/** These fields and no other, each of them optional; null sets nothing. */
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isRecord(value)) {
      return [path === '' ? 'a KubeletConfiguration must be a map' : `${path} must be a map`];
    }
    return Object.entries(value).flatMap(([name, each]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) {
        return [`unknown field ${JSON.stringify(at)}`];
      }
      return each === null ? [] : check(each, at);
    });
  };
