import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS, TOKEN } from '../../../test/support/api-fixture.ts';

let api: ApiFixture;
let port: number;
beforeEach(async () => {
  api = await apiFixture();
  port = Number(new URL((await api.listen()).origin).port);
});
afterEach(() => api.close());

async function answerTo(lines: readonly string[], body = ''): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: api.ca });
  await once(socket, 'secureConnect');
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
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

describe('upgrades', () => {
  const upgradeTo = (protocol: string, path: string, ...rest: string[]): string[] => [
    `GET ${path} HTTP/1.1`,
    ...['host: x', AUTHORIZED, `upgrade: ${protocol}`, ...rest],
  ];

  it.each<[string, string[], string, RegExp]>([
    [
      'h2c is ignored',
      upgradeTo('h2c', CONFIG_MAPS, 'connection: Upgrade, HTTP2-Settings, close', 'http2-settings: AAMAAABk'),
      '',
      /^HTTP\/1\.1 200 OK.*"kind":"ConfigMapList"/s,
    ],
    [
      'and so it is with a body',
      [
        `POST ${CONFIG_MAPS} HTTP/1.1`,
        ...['host: x', AUTHORIZED, 'connection: close, upgrade', 'upgrade: TLS/1.0'],
        ...['content-type: application/json', 'content-length: 25'],
      ],
      '{"metadata":{"name":"c"}}',
      /^HTTP\/1\.1 201 Created.*"name":"c"/s,
    ],
    [
      'a handshake without a good key',
      upgradeTo('websocket', `${CONFIG_MAPS}?watch=1`, 'connection: upgrade', 'sec-websocket-key: x'),
      '',
      /^HTTP\/1\.1 400 .*application\/json.*"kind":"Status".*"Missing or invalid Sec-WebSocket-Key header"/s,
    ],
  ])('%s', async (_title, lines, body, expected) => {
    expect(await answerTo(lines, body)).toMatch(expected);
  });

  it('a request that follows on the connection has its answer too', async () => {
    const first = upgradeTo('h2c', '/version', 'connection: upgrade').join('\r\n');
    const both = await answerTo([first, '', 'GET /livez HTTP/1.1', 'host: x', 'connection: close']);
    expect(both.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });
});
