/** Resource amounts by name, as values/amounts.ts counts them. */
import { amountOf } from '../../values/amounts.ts';

export type Amounts = Readonly<Record<string, number>>;

export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(quantities ?? {})) {
    amounts[name] = amountOf(name, String(text));
  }
  return amounts;
}

/** Adds `more`, `sign` times, in place. */
export function accumulate(into: Record<string, number>, more: Amounts, sign: 1 | -1 = 1): void {
  for (const name in more) {
    into[name] = (into[name] ?? 0) + sign * (more[name] ?? 0);
  }
}
