/** Resource amounts as plain numbers: cpu in millis, everything else in its base unit (bytes, pieces). */
export type Amounts = Readonly<Record<string, number>>;

const FACTORS: Readonly<Record<string, number>> = {
  ...{ '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/;

/** Rounded up, as the scheduler does; 0 for what is no quantity (validation has refused it before it got here). */
export function amountOf(resource: string, text: string): number {
  const match = QUANTITY.exec(text);
  const factor = FACTORS[match?.[2] ?? ''];
  const value = match === null || factor === undefined ? 0 : Number(match[1]) * factor;
  // 15 digits: 0.1 * 3 cores must not become 301 millis.
  return Math.ceil(Number((resource === 'cpu' ? value * 1_000 : value).toPrecision(15)));
}

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
