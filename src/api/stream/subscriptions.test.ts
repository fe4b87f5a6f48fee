import { describe, expect, it } from 'vitest';
import { apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { StreamClient } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';
import type { Authorizer } from '../../auth/identity.ts';
import { MAX_SUBSCRIPTIONS } from './subscriptions.ts';

/** Denies secrets, and configmaps outside the namespace `default`. */
const authorizer: Authorizer = {
  ...allowAuthenticated,
  authorize: async (_, { resource, namespace }) => ({
    allowed: resource !== 'secrets' && (resource !== 'configmaps' || namespace === 'default'),
    reason: '',
  }),
};

const stream = useStream();
const patch = (name: string, body: object) => stream().api.registry.patch('configmaps', 'default', name, 'merge', body);
const remove = (name: string) => stream().api.registry.delete('configmaps', 'default', name);

describe('a subscription', () => {
  it('is a snapshot and then the changes, each with a token', async () => {
    await stream().put('a');
    const client = await stream().open();
    expect(await client.next(() => true)).toEqual({
      ...{ type: 'hello', protocol: 'flotilla.stream.v1alpha1', heartbeatSeconds: 10, maxSubscriptions: 100 },
    });
    client.subscribe({ id: 'maps', ...MAPS, namespace: 'default' });
    const snapshot = await client.next();
    expect(snapshot).toMatchObject({ type: 'snapshot', id: 'maps', last: true });
    expect(textsOf(snapshot)).toEqual(['a']);
    await stream().put('b');
    expect(textsOf(await client.next())).toEqual(['ADDED b']);
    await patch('b', { data: { k: 'v' } });
    await remove('a');
    expect([...textsOf(await client.next()), ...textsOf(await client.next())]).toEqual(['MODIFIED b', 'DELETED a']);
  });

  it('shows an object that enters the selection as ADDED, one that leaves it as DELETED', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, labelSelector: 'app=x', fieldSelector: 'metadata.name!=never' });
    expect(textsOf(await client.next())).toEqual([]);
    await stream().put('never', {}, { app: 'x' });
    await stream().put('a', {}, { app: 'y' });
    for (const app of ['x', 'x2', 'x']) {
      await patch('a', { metadata: { labels: { app } } });
    }
    await patch('a', { data: { k: 'v' } });
    const seen: string[] = [];
    while (seen.length < 4) {
      seen.push(...textsOf(await client.next()));
    }
    expect(seen).toEqual(['ADDED a', 'DELETED a', 'ADDED a', 'MODIFIED a']);
  });

  it('resumes from a token on another connection: only what came after it', async () => {
    await stream().put('a');
    const first = await stream().open();
    first.subscribe({ id: 'maps', ...MAPS });
    const { token } = await untilToken(first, 'maps');
    first.drop();
    await stream().put('b');
    await remove('a');
    const second = await stream().open();
    second.subscribe({ id: 'other-name', ...MAPS, resume: token ?? '' });
    expect(textsOf(await second.next())).toEqual(['ADDED b', 'DELETED a']);
  });

  it('refuses a token of another selection, and one that is none', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token = '' } = await untilToken(client, 'maps');
    client.subscribe({ id: 'narrow', ...MAPS, labelSelector: 'a=b', resume: token });
    expect(await client.next(of('narrow'))).toMatchObject({ type: 'error', status: { code: 400 } });
    client.subscribe({ id: 'none', ...MAPS, resume: 'yesterday' });
    expect((await client.next(of('none'))).status?.message).toMatch(/not a token/);
  });

  it('ends with 410 and no token when the history is gone, and can start anew under its id', async () => {
    await stream().put('a');
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token = '' } = await untilToken(client, 'maps');
    await stream().put('b');
    stream().api.store.compact(stream().api.store.revision);
    const second = await stream().open();
    second.subscribe({ id: 'maps', ...MAPS, resume: token });
    const failure = await second.next();
    expect(failure).toMatchObject({ type: 'error', id: 'maps', status: { code: 410, reason: 'Expired' } });
    expect(failure.token).toBeUndefined();
    second.subscribe({ id: 'maps', ...MAPS });
    expect(textsOf(await second.next())).toEqual(['a', 'b']);
  });

  it.each([
    [{ apiVersion: 'v1', kind: 'Gadget' }, /no matches for kind "Gadget" in version "v1"/],
    [{ apiVersion: 'v1', kind: 'Node', namespace: 'default' }, /"Node" is not namespaced/],
    [{ ...MAPS, labelSelector: 'a in (' }, /unable to parse/],
    [
      { ...MAPS, fieldSelector: 'spec.color=red' },
      /"spec.color" is not a known field selector: only "metadata.name", "metadata.namespace"/,
    ],
    [{ ...MAPS, bogus: true } as typeof MAPS, /must NOT have additional properties/],
  ])('is refused with its id for %j', async (request, message) => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...request });
    const failure = await client.next();
    expect(failure).toMatchObject({ type: 'error', id: 'x', status: { code: 400 } });
    expect(failure.status?.message).toMatch(message);
  });
});

describe('the subscriptions of one connection', () => {
  it('live side by side; a taken id is refused and the first goes on', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    client.subscribe({ id: 'pods', apiVersion: 'v1', kind: 'Pod' });
    await untilToken(client, 'pods');
    client.subscribe({ id: 'maps', apiVersion: 'v1', kind: 'Node' });
    const refusal = await client.next();
    expect(refusal).toMatchObject({ type: 'error', status: { code: 409, reason: 'AlreadyExists' } });
    expect(refusal.id).toBeUndefined();
    await stream().put('a');
    expect(textsOf(await client.next(of('maps')))).toEqual(['ADDED a']);
  });

  it('end on request, with nothing after `unsubscribed`', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    client.subscribe({ id: 'rest', ...MAPS });
    await untilToken(client, 'rest');
    const writes = Promise.all(Array.from({ length: 20 }, (_, i) => stream().put(`m-${i}`)));
    client.send({ type: 'unsubscribe', id: 'maps' });
    await client.next(({ type }) => type === 'unsubscribed');
    await writes;
    await stream().put('last');
    await client.next((frame) => textsOf(frame).includes('ADDED last'));
    const mine = client.frames.filter(of('maps'));
    expect(mine.findIndex(({ type }) => type === 'unsubscribed')).toBe(mine.length - 1);
    client.subscribe({ id: 'maps', ...MAPS });
    expect(textsOf(await client.next(of('maps')))).toHaveLength(21);
  });

  it('are answered 404 when there is none of that name', async () => {
    const client = await stream().open();
    client.send({ type: 'unsubscribe', id: 'nobody' });
    expect(await client.next()).toMatchObject({ type: 'error', status: { code: 404 } });
  });

  it('are answered nothing once they have failed: the client may not have known', async () => {
    await stream().put('a');
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token = '' } = await untilToken(client, 'maps');
    await stream().put('b');
    stream().api.store.compact(stream().api.store.revision);
    client.subscribe({ id: 'late', ...MAPS, resume: token, credits: 1 });
    client.subscribe({ id: 'never', apiVersion: 'v1', kind: 'Gadget' });
    await client.next((frame) => frame.id === 'late' && frame.type === 'error');
    await client.next((frame) => frame.id === 'never' && frame.type === 'error');
    const before = client.frames.length;
    client.send({ type: 'credit', id: 'late', credits: 1 });
    client.send({ type: 'unsubscribe', id: 'late' });
    client.send({ type: 'credit', id: 'never', credits: 1 });
    client.send({ type: 'ping' });
    await client.next(({ type }) => type === 'pong');
    expect(client.frames.slice(before).filter(({ type }) => type === 'error')).toEqual([]);
    // Started anew under its name it is one like others, and an end of the client's own making is one that it knows.
    client.subscribe({ id: 'late', ...MAPS, credits: 1 });
    await untilToken(client, 'late');
    client.send({ type: 'unsubscribe', id: 'late' });
    client.send({ type: 'credit', id: 'late', credits: 1 });
    expect(await client.next(({ type }) => type === 'error')).toMatchObject({ status: { code: 404 } });
  });

  it('are limited in number', async () => {
    const client = await stream().open();
    for (let i = 0; i <= MAX_SUBSCRIPTIONS; i += 1) {
      client.subscribe({ id: `s-${i}`, ...MAPS });
    }
    expect(await client.next(({ type }) => type === 'error')).toMatchObject({
      ...{ id: `s-${MAX_SUBSCRIPTIONS}`, status: { code: 429 } },
    });
    client.send({ type: 'unsubscribe', id: 's-0' });
    client.subscribe({ id: 'again', ...MAPS });
    await untilToken(client, 'again');
  });
});

describe('what one may see', () => {
  it('is asked for each subscription: 403 with its id', async () => {
    const strict = await apiFixture({ authorizer });
    const { origin: address } = await strict.listen();
    const client = await StreamClient.open({ origin: address, ca: strict.ca, token: TOKEN });
    client.subscribe({ id: 'secrets', apiVersion: 'v1', kind: 'Secret' });
    const refusal = await client.next(of('secrets'));
    expect(refusal).toMatchObject({ type: 'error', status: { code: 403, reason: 'Forbidden' } });
    expect(refusal.status?.message).toContain('User "admin" cannot list resource "secrets"');
    client.subscribe({ id: 'all', ...MAPS, namespace: '' });
    expect((await client.next(of('all'))).status?.message).toContain('at the cluster scope');
    client.subscribe({ id: 'mine', ...MAPS, namespace: 'default' });
    expect(await client.next(of('mine'))).toMatchObject({ type: 'snapshot', last: true });
    client.drop();
    expect(client.violations).toEqual([]);
    await strict.close();
  });
});
