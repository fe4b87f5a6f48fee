/** What the operator reads when REDIS_URL cannot be used. */
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StartupError } from '../../../src/errors.ts';
import { checkRedis } from '../../../src/queue/check-redis.ts';
import { freePort } from '../../support/free-port.ts';
import { missingRedis, startRedis } from '../../support/redis.ts';

async function refusal(url: string): Promise<string> {
  const error = await checkRedis(url).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartupError);
  const { message } = error as Error;
  expect(message).not.toMatch(/\n|hush/);
  return message;
}

describe('REDIS_URL', () => {
  it('names the fix when nobody answers', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const message = await refusal(`redis://user:hush@${address}`);
    expect(message).toContain(`REDIS_URL redis://${address}`);
    expect(message).toContain('ECONNREFUSED');
    expect(message).toContain('unset REDIS_URL');
  });

  it('names the fix when the host has no address', async () => {
    expect(await refusal('redis://nowhere.invalid:6379')).toContain('ENOTFOUND');
  });
});

const shared = process.env['REDIS_URL'] !== undefined ? 'REDIS_URL is not ours to set a password on' : missingRedis;
describe.skipIf(shared !== undefined)(`a Redis with a password${shared === undefined ? '' : ` (${shared})`}`, () => {
  it('is used with the password, and refused without or with another', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const client = new Redis(redis.url);
    await client.config('SET', 'requirepass', 'hush');
    client.disconnect();
    const withPassword = (password: string): string => redis.url.replace('://', `://:${password}@`);
    await checkRedis(withPassword('hush'));
    expect(await refusal(withPassword('hush-hush'))).toContain('refuses the user or the password');
    expect(await refusal(redis.url)).toContain('refuses the user or the password');
  });
});
