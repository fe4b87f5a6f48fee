import { describe, expect, it, vi } from 'vitest';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import type { SpdyStream } from '../spdy/connection.ts';
import { pairStreams } from './stream-pairs.ts';

let lastId = -1;
const nextId = (): number => {
  lastId += 2;
  return lastId;
};
const stream = (streamtype: string, port: string, requestid: string): SpdyStream => ({
  id: nextId(),
  headers: new Map(Object.entries({ streamtype, port, requestid })),
  input: new BytePipe(),
  write: async () => undefined,
  end: async () => undefined,
  reset: vi.fn(async () => undefined),
});

describe('pairStreams', () => {
  it('joins error and data of a request, in either order, whatever comes in between', () => {
    const connect = vi.fn();
    const add = pairStreams(connect);
    const [error, data] = [stream('error', '80', '0'), stream('data', '80', '0')];
    const [laterData, laterError] = [stream('data', '81', '1'), stream('error', '81', '1')];
    for (const one of [error, laterData, data, laterError]) {
      add(one);
    }
    expect(connect.mock.calls).toEqual([
      [{ port: 80, data, error }],
      [{ port: 81, data: laterData, error: laterError }],
    ]);
  });

  it.each([
    ['data', '0'],
    ['data', '65536'],
    ['data', '-1'],
    ['data', ''],
    ['data', '8o'],
    ['stdin', '80'],
  ])('resets a stream of type %s for port %j', (type, port) => {
    const connect = vi.fn();
    const refused = stream(type, port, '0');
    pairStreams(connect)(refused);
    expect(refused.reset).toHaveBeenCalled();
    expect(connect).not.toHaveBeenCalled();
  });
});
