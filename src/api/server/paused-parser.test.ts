import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
/** More than the buffers of a loopback connection hold. */
const ITEMS = 120;
const ITEM_BYTES = 100_000;

let api: ApiFixture;
let socket: TLSSocket;
beforeEach(async () => {
  api = await apiFixture();
  for (let i = 0; i < ITEMS; i += 1) {
    await api.registry.create('configmaps', 'default', configMap(`c${i}`, { a: 'x'.repeat(ITEM_BYTES) }));
  }
  const { origin } = await api.listen();
  socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', ca: api.ca });
  await once(socket, 'secureConnect');
});
afterEach(async () => {
  socket.destroy();
  await api.close();
});

it('a long request that comes while the answer before it is under way is read when that has left', async () => {
  const head = `HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n`;
  socket.write(`GET ${PATH} ${head}\r\n`);
  await once(socket, 'readable');
  // Nobody reads: the answer cannot leave. Then several TLS records in one go.
  const body = JSON.stringify(configMap('late', { a: 'y'.repeat(ITEM_BYTES) }));
  socket.write(`POST ${PATH} ${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  socket.write(`GET /livez ${head}connection: close\r\n\r\n`);
  const text = Buffer.concat(await socket.toArray()).toString('latin1');
  const answers = text.match(/HTTP\/1\.1 \d+ [^\r]*/g);
  expect(answers).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 201 Created', 'HTTP/1.1 200 OK']);
});
