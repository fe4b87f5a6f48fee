/** Checks of the shape of structured settings: each answers the value, or undefined when it is not of that shape. */

export type Shape<T> = (raw: unknown) => T | undefined;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Shape<string> = (raw) => (typeof raw === 'string' && raw !== '' ? raw : undefined);
export const flagValue: Shape<boolean> = (raw) => (typeof raw === 'boolean' ? raw : undefined);
export const oneOf =
  <T extends string>(...options: readonly T[]): Shape<T> =>
  (raw) =>
    options.find((option) => option === raw);
export const whole =
  (min: number, max: number): Shape<number> =>
  (raw) =>
    typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max ? raw : undefined;

export const listOf =
  <T>(item: Shape<T>): Shape<readonly T[]> =>
  (raw) => {
    const items = Array.isArray(raw) ? raw.map(item) : [undefined];
    return items.includes(undefined) ? undefined : (items as T[]);
  };

/** All fields are optional unless `required` names them; unknown ones are refused. */
export const record =
  <T extends object>(
    fields: { readonly [K in keyof T]-?: Shape<T[K]> },
    required: readonly (keyof T)[] = [],
  ): Shape<T> =>
  (raw) => {
    if (!isRecord(raw) || required.some((name) => raw[name as string] === undefined)) {
      return undefined;
    }
    const entries = Object.entries(raw)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, (fields as Record<string, Shape<unknown>>)[name]?.(value)] as const);
    return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as T);
  };
