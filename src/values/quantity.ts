/**
 * Resource quantities, exact: `1500m`, `1.5Gi`, `1e3`. Kept as a whole number of nanos, which is the finest that
 * Kubernetes keeps. Source: k8s.io/apimachinery/pkg/api/resource.
 */
import { memo } from './memo.ts';

type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  readonly nanos: bigint;
  /** How it was written, so that it is printed in the same family of suffixes. */
  readonly format: QuantityFormat;
}

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE])([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;
const DECIMAL_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ...([
    ['n', -9],
    ['u', -6],
    ['m', -3],
    ['', 0],
  ] as const),
  ...([
    ['k', 3],
    ['M', 6],
    ['G', 9],
    ['T', 12],
    ['P', 15],
    ['E', 18],
  ] as const),
]);
const BINARY_SUFFIXES = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_NAMES = new Map([...DECIMAL_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));

const NANO = 9;
const UNIT = 10n ** 9n;
const KIBI = 1024n;
/** No quantity is larger; what is written larger is capped, as Kubernetes documents. */
const MAX = (2n ** 63n - 1n) * UNIT;
/** Ten to more than this is capped whatever it multiplies. */
const MAX_POWER = 30;
/** Far more than any quantity needs, and few enough that no text is slow to read. */
const MAX_LENGTH = 500;

function parse(text: string): Quantity | undefined {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text);
  const [, sign, whole = '', fraction = '', hasExponent, power = '0', suffix = ''] = match ?? [];
  if (match === null || whole.length + fraction.length === 0) {
    return undefined;
  }
  const steps = BINARY_SUFFIXES.indexOf(suffix) + 1;
  const format = steps > 0 ? 'BinarySI' : hasExponent === undefined ? 'DecimalSI' : 'DecimalExponent';
  const exponent = Number(power) + (DECIMAL_SUFFIXES.get(suffix) ?? 0);
  const digits = BigInt(whole + fraction) * KIBI ** BigInt(steps);
  const nanos = shift(digits, exponent - fraction.length + NANO);
  const capped = nanos > MAX ? MAX : nanos;
  // Less than one has no binary form.
  const isFraction = format === 'BinarySI' && capped > 0n && capped < UNIT;
  return { nanos: sign === '-' ? -capped : capped, format: isFraction ? 'DecimalSI' : format };
}

/**
 * undefined for what is no quantity. What is finer than a nano is rounded away from zero. Remembered: BigInts made a
 * parse cost 1 µs, and a pod has a dozen.
 */
export const parseQuantity = memo(parse);

/** `digits` times a power of ten, rounded up. */
function shift(digits: bigint, power: number): bigint {
  if (digits === 0n || power === 0) {
    return digits;
  }
  if (power > 0) {
    return power > MAX_POWER ? MAX + 1n : digits * 10n ** BigInt(power);
  }
  return -power > String(digits).length ? 1n : divideUp(digits, 10n ** BigInt(-power));
}

/** Rounds towards positive infinity. */
const divideUp = (value: bigint, by: bigint): bigint => value / by + (value > 0n && value % by !== 0n ? 1n : 0n);

/** The canonical form: no fraction, the largest suffix that keeps it exact. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) {
    return '0';
  }
  const size = nanos < 0n ? -nanos : nanos;
  const isBinary = format === 'BinarySI' && size % UNIT === 0n && size >= KIBI * UNIT;
  const [number, times] = isBinary
    ? factorOut(size / UNIT, KIBI, BINARY_SUFFIXES.length)
    : factorOut(size, 1000n, Number.POSITIVE_INFINITY);
  const exponent = times * 3 - NANO;
  const sign = nanos < 0n ? '-' : '';
  if (isBinary) {
    return `${sign}${number}${BINARY_SUFFIXES[times - 1] ?? ''}`;
  }
  if (format === 'DecimalExponent') {
    return `${sign}${number}${exponent === 0 ? '' : `e${exponent}`}`;
  }
  return `${sign}${number}${DECIMAL_NAMES.get(exponent) ?? ''}`;
}

function factorOut(value: bigint, factor: bigint, most: number): [rest: bigint, times: number] {
  let rest = value;
  let times = 0;
  while (times < most && rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return [rest, times];
}

/** undefined for what is no quantity. */
export const canonicalQuantity = memo((text): string | undefined => {
  const quantity = parse(text);
  return quantity === undefined ? undefined : formatQuantity(quantity);
});

/** The whole number of units, or of millis, that holds it. */
export const roundUp = ({ nanos }: Quantity, unit: 'unit' | 'milli'): bigint =>
  divideUp(nanos, unit === 'unit' ? UNIT : UNIT / 1000n);

/** Zero takes the other's family, as there is nothing yet to keep. */
const sum = (left: Quantity, right: Quantity, sign: 1n | -1n): Quantity => ({
  nanos: left.nanos + sign * right.nanos,
  format: left.nanos === 0n ? right.format : left.format,
});

export const addQuantities = (left: Quantity, right: Quantity): Quantity => sum(left, right, 1n);
export const subtractQuantities = (left: Quantity, right: Quantity): Quantity => sum(left, right, -1n);

/** For sort(): negative, 0 or positive. */
export const compareQuantities = (left: Quantity, right: Quantity): number =>
  left.nanos === right.nanos ? 0 : left.nanos < right.nanos ? -1 : 1;
