import { describe, expect, it } from 'vitest';
import { SharedBatches, type SizedBatch } from './shared-batches.ts';

const KIB = 1024;
const sized = (revision: number, bytes: number): SizedBatch => ({ revision, bytes, changes: [] });

describe('SharedBatches', () => {
  it('keeps those asked for last, up to so many bytes', async () => {
    const batches = new SharedBatches(100 * KIB);
    let made = 0;
    const ask = (range: number): Promise<SizedBatch> =>
      batches.get(String(range), async () => {
        made += 1;
        return sized(range, 40 * KIB);
      });
    const first = await ask(1);
    await ask(2);
    expect(await ask(1)).toBe(first);
    await ask(3);
    expect(made).toBe(3);
    // The second had not been asked for the longest.
    expect(await ask(1)).toBe(first);
    expect(made).toBe(3);
    await ask(2);
    expect(made).toBe(4);
  });

  it('keeps the newest whatever its size, and lets it go for the next', async () => {
    const batches = new SharedBatches(10 * KIB);
    const large = await batches.get('large', async () => sized(1, 500 * KIB));
    expect(await batches.get('large', async () => sized(2, 0))).toBe(large);
    await batches.get('next', async () => sized(3, 500 * KIB));
    expect(await batches.get('large', async () => sized(4, 0))).not.toBe(large);
  });

  it('gives one that is being made to all who ask meanwhile, and makes one that failed anew', async () => {
    const batches = new SharedBatches();
    let fail: (error: Error) => void = () => undefined;
    const failing = batches.get('a', () => new Promise((_, reject) => (fail = reject)));
    const other = batches.get('a', async () => sized(1, 0));
    fail(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
    await expect(other).rejects.toThrow('no database');
    expect((await batches.get('a', async () => sized(2, 0))).revision).toBe(2);
  });

  it('counts no batch that was made for a round that is over', async () => {
    const batches = new SharedBatches(100 * KIB);
    let finish: (batch: SizedBatch) => void = () => undefined;
    const late = batches.get('a', () => new Promise((resolve) => (finish = resolve)));
    batches.clear();
    const kept = await batches.get('b', async () => sized(2, 80 * KIB));
    finish(sized(1, 80 * KIB));
    await late;
    expect(await batches.get('b', async () => sized(3, 0))).toBe(kept);
  });
});
