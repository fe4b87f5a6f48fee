/** Whoever loses access loses the stream. */
import { beforeEach, describe, expect, it } from 'vitest';
import { TOKEN } from '../../../test/support/api-fixture.ts';
import type { StreamClient } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';
import type { UserInfo } from '../../auth/identity.ts';
import { Aggregates } from './aggregates.ts';
import { HEARTBEAT_MS } from './connection.ts';
import { REVIEW_MS } from './review-access.ts';
import { Subscriptions } from './subscriptions.ts';
import { userLimits } from './user-limits.ts';

const USER: UserInfo = { username: 'jane', groups: ['readers'] };
const access = { user: USER as UserInfo | undefined, failure: undefined as Error | undefined };
beforeEach(() => Object.assign(access, { user: USER, failure: undefined }));

const stream = useStream({
  authenticator: {
    authenticate: async (token) => {
      if (access.failure !== undefined) {
        throw access.failure;
      }
      return token === TOKEN ? access.user : undefined;
    },
  },
  authorizer: {
    ...allowAuthenticated,
    // Only readers may see secrets.
    authorize: async ({ groups }, { resource }) => ({
      ...{ allowed: resource !== 'secrets' || groups.includes('readers'), reason: '' },
    }),
  },
});

/** Lets a review come, while the client shows that it lives; true: the connection was closed. */
async function passReview(client: StreamClient): Promise<boolean> {
  const pongs = (): number => client.frames.filter(({ type }) => type === 'pong').length;
  const isClosed = (): boolean => client.closeCode !== undefined;
  for (let passed = 0; passed < 1.5 * REVIEW_MS && !isClosed(); passed += HEARTBEAT_MS) {
    await stream().clock.advance(HEARTBEAT_MS);
    const before = pongs();
    client.send({ type: 'ping' });
    await until(() => isClosed() || pongs() > before);
  }
  return isClosed();
}

describe('a stream whose user', () => {
  it('may see less than before goes on with the rest', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'secrets', apiVersion: 'v1', kind: 'Secret' });
    client.subscribe({ id: 'maps', ...MAPS });
    await untilToken(client, 'secrets');
    await untilToken(client, 'maps');
    access.user = { ...USER, groups: [] };
    expect(await passReview(client)).toBe(false);
    const errors = client.frames.filter(({ type }) => type === 'error');
    expect(errors).toMatchObject([{ id: 'secrets', status: { code: 403, reason: 'Forbidden' } }]);
    await stream().put('a');
    expect(textsOf(await client.next(of('maps')))).toContain('ADDED a');
    client.subscribe({ id: 'again', apiVersion: 'v1', kind: 'Secret' });
    expect(await client.next(of('again'))).toMatchObject({ status: { code: 403 } });
  });

  it('may see less loses all that at once, also when it reads nothing', async () => {
    const { context } = stream().api;
    const told: unknown[] = [];
    const never = new Promise<void>(() => undefined);
    const message = (frame: object): Promise<void> => {
      told.push('id' in frame ? frame.id : frame);
      return never;
    };
    const stop = new AbortController();
    const subscriptions = new Subscriptions({
      ...{ context, aggregates: new Aggregates(context), limits: userLimits(context.settings.stream), user: USER },
      ...{ outbox: { send: () => never, message }, signal: stop.signal },
    });
    for (const id of ['one', 'other']) {
      await subscriptions.start({ type: 'subscribe', id, apiVersion: 'v1', kind: 'Secret' });
    }
    await subscriptions.review({ ...USER, groups: [] });
    expect(told).toEqual(['one', 'other']);
    stop.abort();
  });

  it('is known no more is closed', async () => {
    const client = await stream().open();
    access.user = undefined;
    expect(await passReview(client)).toBe(true);
    expect(await client.closed()).toBe(1008);
  });

  it('cannot be asked for at the moment goes on', async () => {
    const client = await stream().open();
    access.failure = new Error('no database');
    expect(await passReview(client)).toBe(false);
    access.failure = undefined;
    expect(await passReview(client)).toBe(false);
    access.user = undefined;
    expect(await passReview(client)).toBe(true);
  });
});
