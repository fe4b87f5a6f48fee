/** `memory: 100m` asks for a tenth of a byte. Source: pkg/api/pod/warnings.go, pkg/api/persistentvolumeclaim/util.go, 1.34. */
import { parseQuantity } from '../../values/quantity.ts';

const UNIT = 10n ** 9n;
const FRACTION = /[mun.]|[eE]-/;

/** Parsed only where the suffix allows a fraction. */
const isWhole = (text: string): boolean => !FRACTION.test(text) || (parseQuantity(text)?.nanos ?? 0n) % UNIT === 0n;

/** Of the amount `name` in the map at `path`. */
export function fractionalBytes(path: string, amounts: Readonly<Record<string, string>> = {}, name = ''): string[] {
  const text = amounts[name] ?? '0';
  return isWhole(text) ? [] : [`${path}[${name}]: fractional byte value "${text}" is invalid, must be an integer`];
}
