import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';

let api: ApiFixture;
let port: number;
beforeEach(async () => {
  api = await apiFixture();
  port = Number(new URL((await api.listen()).origin).port);
});
afterEach(() => api.close());

async function answerTo(lines: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: api.ca });
  await once(socket, 'secureConnect');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return Buffer.concat(await socket.toArray()).toString('latin1');
}

const AUTHORIZED = `authorization: Bearer ${TOKEN}`;

describe('what Node would answer by itself gets a Status', () => {
  it.each<[string, string[], number, string]>([
    ['no HTTP', ['GARBAGE'], 400, 'BadRequest'],
    ['no host', ['GET /version HTTP/1.1', AUTHORIZED, 'connection: close'], 400, 'BadRequest'],
    ['a tunnel', ['CONNECT /version HTTP/1.1', 'host: x', AUTHORIZED], 405, 'MethodNotAllowed'],
    [
      'an expectation',
      ['POST /api/v1/namespaces HTTP/1.1', 'host: x', AUTHORIZED, 'expect: 200-ok', 'content-length: 0'],
      ...([417, 'BadRequest'] as const),
    ],
  ])('%s', async (_title, lines, code, reason) => {
    const answer = await answerTo(lines);
    expect(answer).toMatch(`HTTP/1.1 ${code} `);
    expect(JSON.parse(/\{"kind":.*\}/.exec(answer)?.[0] ?? '')).toMatchObject({ kind: 'Status', code, reason });
  });

  it('and HTTP/1.0 needs no host', async () => {
    expect(await answerTo(['GET /version HTTP/1.0', AUTHORIZED])).toMatch('HTTP/1.1 200 OK');
  });
});
