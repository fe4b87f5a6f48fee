/** Quantities as plain numbers: cpu in millis, everything else in its base unit. */

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/;

/** 0 for what is no quantity: validation has refused it before it got here. Rounded up, as Kubernetes does. */
export function amountOf(resource: string, text: string): number {
  const match = QUANTITY.exec(text);
  const factor = SUFFIXES[match?.[2] ?? ''];
  const value = match === null || factor === undefined ? 0 : Number(match[1]) * factor;
  return Math.ceil(resource === 'cpu' ? roundOff(value * 1_000) : roundOff(value));
}

/** 0.1 * 3 must not become 301 millis. */
const roundOff = (value: number): number => Number(value.toPrecision(15));

/** As the kubelet prints node capacity: cpu in cores or millis, memory in Ki, the rest plain. */
export function formatAmount(resource: string, amount: number): string {
  if (resource === 'cpu') {
    return amount % 1_000 === 0 ? String(amount / 1_000) : `${amount}m`;
  }
  return (resource === 'memory' || resource.startsWith('hugepages-')) && amount % 1_024 === 0 && amount > 0
    ? `${amount / 1_024}Ki`
    : String(amount);
}
