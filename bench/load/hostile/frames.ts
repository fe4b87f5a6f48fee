/** Messages on a stream's socket. */
import { LIMIT, times } from './request.ts';

export interface HostileFrames {
  readonly title: string;
  readonly frames: () => readonly string[];
}

const subscribe = (id: string, more: object = {}): string =>
  JSON.stringify({ type: 'subscribe', id, apiVersion: 'v1', kind: 'ConfigMap', ...more });

export const HOSTILE_FRAMES: readonly HostileFrames[] = [
  { title: 'stream: 10,000 frames of no JSON', frames: () => times(10_000, () => '{') },
  { title: 'stream: a frame of 3 MB', frames: () => [JSON.stringify({ type: 'x'.repeat(LIMIT) })] },
  { title: 'stream: 60 kB of brackets', frames: () => ['['.repeat(60_000)] },
  { title: 'stream: 5,000 subscriptions', frames: () => times(5_000, (i) => subscribe(`s${i}`)) },
  {
    title: 'stream: 5,000 subscriptions to nothing',
    frames: () => times(5_000, (i) => subscribe(`s${i}`, { kind: `Kind${i}` })),
  },
  {
    title: 'stream: a selector of 5,000 terms',
    frames: () => [subscribe('s', { labelSelector: times(5_000, (i) => `k${i}=v`).join(',') })],
  },
  {
    title: 'stream: 5,000 kinds',
    frames: () => [
      JSON.stringify({ type: 'subscribe', id: 's', kinds: times(1_000, (i) => ({ apiVersion: 'v1', kind: `K${i}` })) }),
    ],
  },
];
