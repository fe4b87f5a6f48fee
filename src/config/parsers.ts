/**
 * How one setting's value is read, from text (flags, environment) or from a YAML value. `undefined`: not allowed;
 * `allowed` then tells the operator what is.
 */
export interface Parser<T> {
  readonly allowed: string;
  readonly parse: (raw: unknown) => T | undefined;
  /** The value as an operator would write it, where `String` is not that. */
  show?(value: T): string;
}

/** Whole numbers; separators, signs and exponents are refused rather than guessed at. */
export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER): Parser<number> => ({
  allowed:
    max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
  parse: (raw) => {
    const text = scalarText(raw);
    const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
  },
});

/** Numbers with a fraction, written plainly: signs, exponents and commas are refused rather than guessed at. */
export const decimal = (min: number, max: number): Parser<number> => ({
  allowed: `a number from ${min} to ${max}`,
  parse: (raw) => {
    const text = scalarText(raw);
    const value = text !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  },
});

/** Milliseconds, written as Go does, like 500ms, 10s or 1m30s; a bare number would leave its unit to be guessed. */
export const duration = (minMs: number): Parser<number> => ({
  allowed: `a duration from ${showDuration(minMs)} to ${showDuration(MAX_DURATION_MS)}, like 500ms, 10s or 1m30s`,
  parse: (raw) => {
    const match = DURATION.exec(scalarText(raw) ?? '');
    const [, hours = 0, minutes = 0, seconds = 0, ms = 0] = match ?? [];
    const value = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(ms);
    return match !== null && value >= minMs && value <= MAX_DURATION_MS ? value : undefined;
  },
  show: showDuration,
});

const DURATION = /^(?=.)(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;
const MAX_DURATION_MS = 24 * 3_600_000;

function showDuration(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const whole = units.find(([, size]) => ms >= size && ms % size === 0);
  return whole === undefined ? `${ms}ms` : `${ms / whole[1]}${whole[0]}`;
}

export const choice = <T extends string>(...options: readonly T[]): Parser<T> => ({
  allowed: `one of ${options.join(', ')}`,
  parse: (raw) => options.find((option) => option === scalarText(raw)),
});

export const flag: Parser<boolean> = {
  allowed: 'true or false',
  parse: (raw) => {
    const text = scalarText(raw);
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined;
  },
};

export const matching = (allowed: string, isAllowed: (text: string) => boolean): Parser<string> => ({
  allowed,
  parse: (raw) => {
    const text = scalarText(raw);
    return text !== undefined && isAllowed(text) ? text : undefined;
  },
});

/** A YAML list, or items separated by commas. Repeats are dropped. */
export const list = <T>(item: Parser<T>, least = 0): Parser<readonly T[]> => ({
  allowed: `${least > 0 ? 'one or more' : 'any number'} of: ${item.allowed.replace(/^one of /, '')}, separated by commas`,
  parse: (raw) => {
    const items = Array.isArray(raw) ? raw : (scalarText(raw)?.split(',') ?? [undefined]);
    const parsed = items.map((one) => item.parse(one));
    const values = parsed.filter((value): value is NonNullable<typeof value> => value !== undefined);
    return values.length === parsed.length && values.length >= least ? [...new Set(values)] : undefined;
  },
});

/** Text that fits one argument of an operating system call. */
export const isPlainText = (text: string): boolean => text !== '' && text.length <= 4_096 && !/\p{Cc}/u.test(text);
export const PATH = matching('a path', isPlainText);

export const isUrlOf =
  (...protocols: readonly string[]) =>
  (text: string): boolean =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);

const scalarText = (raw: unknown): string | undefined =>
  typeof raw === 'string' ? raw.trim() : typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
