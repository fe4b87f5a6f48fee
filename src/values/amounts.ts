/** Quantities as plain numbers, to count with over a fleet: cpu in millis, everything else in its base unit. */
import { parseQuantity, roundUp } from './quantity.ts';

/** Rounded up, as Kubernetes does. 0 for what is no quantity: validation has refused it before it got here. */
export function amountOf(resource: string, text: string): number {
  const quantity = parseQuantity(text);
  return quantity === undefined ? 0 : Number(roundUp(quantity, resource === 'cpu' ? 'milli' : 'unit'));
}

/** As the kubelet prints node capacity: cpu in cores or millis, memory in Ki, the rest plain. */
export function formatAmount(resource: string, amount: number): string {
  if (resource === 'cpu') {
    return amount % 1_000 === 0 ? String(amount / 1_000) : `${amount}m`;
  }
  return (resource === 'memory' || resource.startsWith('hugepages-')) && amount % 1_024 === 0 && amount > 0
    ? `${amount / 1_024}Ki`
    : String(amount);
}
