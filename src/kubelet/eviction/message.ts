/** What an evicted pod is told. Pure. Source: kubelet/eviction/helpers.go, evictionMessage. */
import { formatAmount } from '../../values/amounts.ts';
import type { Shortage } from './node-pressure.ts';
import type { Candidate } from './rank.ts';
import { SIGNALS } from './thresholds.ts';

const BYTES = 'memory';

/** Bytes as the kubelet prints them, in Ki; the others are numbers. */
function quantity(amount: number, isBytes: boolean): string {
  return isBytes ? formatAmount(BYTES, Math.floor(amount / 1_024) * 1_024) : String(amount);
}

export function evictionMessage({ signal, threshold, available }: Shortage, { used }: Candidate): string {
  const { resource, capacity } = SIGNALS[signal];
  const isBytes = capacity !== undefined;
  const left = `Threshold quantity: ${quantity(threshold, isBytes)}, available: ${quantity(available, isBytes)}. `;
  const greedy = used.filter((one) => one.used > one.request);
  const containers = greedy.map((one) => {
    const [using, request] = [quantity(one.used, true), one.request === 0 ? '0' : quantity(one.request, true)];
    return `Container ${one.name} was using ${using}, request is ${request}, has larger consumption of ${resource}. `;
  });
  return `The node was low on resource: ${resource}. ${left}${containers.join('')}`;
}
