import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessage, readFrame, requestedId } from './parse-message.ts';

const read = (text: string) => checkMessage(readFrame(text, false));
const refused = (why: RegExp) => expect.objectContaining({ reason: 'BadRequest', message: expect.stringMatching(why) });

describe('messages from clients', () => {
  it.each([
    ['{"type":', /^the message is not JSON/],
    ['', /^the message is not JSON/],
    ['null', /^the message must be an object whose "type" is one of subscribe, credit, unsubscribe, ping$/],
    ['[]', /^the message must be an object/],
    ['{"type":"constructor"}', /^the message must be an object/],
    ['{"type":["ping"]}', /^the message must be an object/],
    ['{"type":"ping","extra":1}', /^the message is not valid: ping must NOT have additional properties$/],
    ['{"type":"subscribe","id":"a","kind":"Pod"}', /must have required property 'apiVersion'$/],
    ['{"type":"subscribe","id":"","apiVersion":"v1","kind":"Pod"}', /subscribe\/id must NOT have fewer than 1/],
    [
      '{"type":"subscribe","id":"a","kind":"Pod","apiVersion":"v1","kinds":[{"apiVersion":"v1","kind":"Pod"}]}',
      /must have kinds or/,
    ],
    ['{"type":"subscribe","id":"a","kinds":[]}', /kinds must NOT have fewer than 1 items$/],
    ['{"type":"subscribe","id":"a","kinds":[{"kind":"Pod"}]}', /kinds\/0 must have required property 'apiVersion'$/],
    [
      '{"type":"subscribe","id":"a","kind":"Pod","apiVersion":"v1","fields":["a"],"deltas":"status"}',
      /one of fields, deltas/,
    ],
    [
      '{"type":"subscribe","id":"a","kind":"Pod","apiVersion":"v1","aggregate":{},"coalesce":true}',
      /no coalesce with aggr/,
    ],
    ['{"type":"subscribe","id":"a","kind":"Pod","apiVersion":"v1","credits":-1}', /credits must be >= 0$/],
    [
      '{"type":"subscribe","id":"a","kind":"Pod","apiVersion":"v1","fields":[]}',
      /fields must NOT have fewer than 1 items$/,
    ],
    ['{"type":"credit","id":"a","credits":0}', /credits must be >= 1$/],
    ['{"type":"credit","id":"a","credits":1.5}', /credits must be integer$/],
    ['{"type":"unsubscribe","id":7}', /unsubscribe\/id must be string$/],
  ])('refuses %s', (text, why) => {
    expect(() => read(text)).toThrow(refused(why));
  });

  it('refuses binary frames, whatever they hold', () => {
    expect(() => readFrame('{"type":"ping"}', true)).toThrow(refused(/binary/));
  });

  it('answers any JSON with a message or 400, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => read(text)).toThrow(refused(/./));
      }),
    );
  });

  it('knows which subscription a wrong request meant to start', () => {
    expect(requestedId({ type: 'subscribe', id: 'pods', bogus: 1 })).toBe('pods');
    expect(requestedId({ type: 'unsubscribe', id: 'pods' })).toBeUndefined();
    expect(requestedId({ type: 'subscribe', id: 'x'.repeat(129) })).toBeUndefined();
    expect(requestedId('subscribe')).toBeUndefined();
  });
});
