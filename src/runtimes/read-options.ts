/** A runtime's section of the configuration: what is unknown or not allowed is refused by its name. */
import { StartupError } from '../errors.ts';

export type OptionCheck = (value: unknown) => boolean;

export const isText: OptionCheck = (value) => typeof value === 'string' && value !== '';
export const areTexts: OptionCheck = (value) => Array.isArray(value) && value.every((one) => typeof one === 'string');
export const isFlag: OptionCheck = (value) => typeof value === 'boolean';
export const isCount: OptionCheck = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** Throws StartupError. */
export function checkOptions(
  runtime: string,
  given: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, OptionCheck>>,
): void {
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (check === undefined) {
      throw new StartupError(`runtime "${runtime}": unknown option "${key}": use ${Object.keys(checks).join(', ')}`);
    }
    if (!check(value)) {
      throw new StartupError(`runtime "${runtime}": option "${key}" has a value that is not allowed`);
    }
  }
}
