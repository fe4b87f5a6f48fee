import { expect, it } from 'vitest';
import { systemClock } from '../../timing/clock.ts';
import type { CommandContext } from '../command-context.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { followShutdown } from './follow-shutdown.ts';

it('ends when its command is over, however long the pods take', async () => {
  const over = new AbortController();
  const client = {
    get: async (path: string) =>
      path.includes('pods')
        ? { items: [{ metadata: { namespace: 'default', name: 'web' }, status: { phase: 'Running' } }] }
        : { metadata: { name: 'n1' }, status: {} },
  } as unknown as RestClient;
  let told = '';
  const stream = {
    write: (text: string) => {
      told += text;
      over.abort(new Error('over'));
    },
  };
  const terminal = { stdout: stream, stderr: stream, outlive: () => undefined };
  const context: CommandContext = { terminal, env: {}, clock: systemClock };
  const following = followShutdown(client, ['n1'], { output: 'json', timeout: 600_000 }, context, over.signal);
  await expect(following).rejects.toThrow('over');
  expect(told).toContain('n1: asked to shut down');
});
