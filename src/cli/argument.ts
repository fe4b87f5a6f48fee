/** A setting's parser as commander's: what is not allowed is refused with what is. */
import { InvalidArgumentError } from 'commander';

export const argument =
  <T>({ parse, allowed }: { parse(raw: unknown): T | undefined; allowed: string }) =>
  (text: string): T => {
    const value = parse(text);
    if (value === undefined) {
      throw new InvalidArgumentError(`Use ${allowed}.`);
    }
    return value;
  };
