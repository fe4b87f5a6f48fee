/** Resource amounts by name, as values/amounts.ts counts them. */
import { amountOf } from '../../values/amounts.ts';

export type Amounts = Readonly<Record<string, number>>;

export function setAmounts(into: Record<string, number>, quantities: Readonly<Record<string, string>> = {}): void {
  for (const [name, text] of Object.entries(quantities)) {
    into[name] = amountOf(name, String(text));
  }
}

export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = {};
  setAmounts(amounts, quantities);
  return amounts;
}

/** Adds `more`, `sign` times, in place. */
export function accumulate(into: Record<string, number>, more: Amounts, sign: 1 | -1 = 1): void {
  for (const name in more) {
    into[name] = (into[name] ?? 0) + sign * (more[name] ?? 0);
  }
}
