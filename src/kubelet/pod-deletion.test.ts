import { describe, expect, it } from 'vitest';
import { worldWithNode } from '../../test/support/world-with-node.ts';

describe('deletion', () => {
  it('ends gracefully: TERM, the last statuses, then the object goes', async () => {
    const world = await worldWithNode();
    world.addPod('web', {}, { stopMs: 5_000 });
    await world.run(5_000);
    const uid = world.pod('web')?.metadata.uid ?? '';
    world.delete('pods', 'default', 'web', 30);
    await world.run(4_000);
    expect(world.history.get('web')?.at(-1)).toBe('Running [Running] terminating');
    await world.run(2_000);
    expect(world.history.get('web')?.at(-1)).toBe('Succeeded [Completed] terminating');
    expect(world.pod('web')).toBeUndefined();
    expect(await world.runtime.pod(uid)).toBeUndefined();
    expect(world.due.size).toBe(1);
  });

  it('kills at the deadline what does not end by itself', async () => {
    const world = await worldWithNode();
    world.addPod('web', {}, { stopMs: 500_000 });
    await world.run(5_000);
    world.delete('pods', 'default', 'web', 10);
    await world.run(9_000);
    expect(world.pod('web')).toBeDefined();
    await world.run(1_500);
    expect(world.pod('web')).toBeUndefined();
  });

  it('cleans up after a forced deletion, and leaves a namesake alone', async () => {
    const world = await worldWithNode();
    world.addPod('web');
    await world.run(5_000);
    const uid = world.pod('web')?.metadata.uid ?? '';
    world.delete('pods', 'default', 'web', 0);
    world.addPod('web');
    await world.run(5_000);
    expect(await world.runtime.pod(uid)).toBeUndefined();
    expect(world.pod('web')?.status?.phase).toBe('Running');
    expect(world.states.rows.size).toBe(1);
  });
});
