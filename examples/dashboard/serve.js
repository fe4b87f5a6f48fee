/**
 * Serves the page on this machine, and the API under the same origin with the token of the kubeconfig: what `kubectl
 * proxy` does. Whoever may open this port may do what the token may.
 * Usage: node examples/dashboard/serve.js [--port 8080]
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { forward, forwardUpgrade } from './forward.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
const HERE = import.meta.dirname;
/** Made by `npm ci`; elsewhere it is node_modules/flotilla/dist/client/browser.js. */
const CLIENT = resolve(HERE, '../../dist/client/browser.js');
const FILES = /** @type {Record<string, string>} */ ({
  '/': join(HERE, 'page/index.html'),
  '/client.js': CLIENT,
  ...Object.fromEntries(
    ['page.js', 'page.css', 'counters.js', 'latest-events.js', 'pools.js'].map((name) => [
      `/${name}`,
      join(HERE, 'page', name),
    ]),
  ),
});
const TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
});

/** @returns {import('./forward.js').Target} */
function readTarget() {
  const config = new KubeConfig();
  config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  const token = config.getCurrentUser()?.token;
  if (cluster === null || token === undefined) {
    throw new Error('the kubeconfig names no server or no token: set KUBECONFIG');
  }
  const ca = cluster.caData === undefined ? undefined : Buffer.from(cluster.caData, 'base64');
  return { server: cluster.server, ca, token };
}

const target = readTarget();
if (!existsSync(CLIENT)) {
  throw new Error(`${CLIENT} is not there: run \`npm ci\` in the repository`);
}
const server = createServer();
/** @type {readonly string[]} */
let hosts = [];

/** Other pages, and other names for this address, get nothing: the token is ours. */
function isOwn(/** @type {import('node:http').IncomingMessage} */ { headers: { host = '', origin } }) {
  return hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

server.on('request', async (asked, answer) => {
  const { pathname } = new URL(asked.url ?? '/', 'http://page');
  const file = FILES[pathname];
  if (!isOwn(asked)) {
    answer.writeHead(403).end();
  } else if (file !== undefined) {
    answer.writeHead(200, { 'content-type': `${TYPES[extname(file)]}; charset=utf-8`, 'cache-control': 'no-cache' });
    answer.end(await readFile(file));
  } else if (/^\/apis?\//.test(pathname)) {
    forward(target, asked, answer);
  } else {
    answer.writeHead(404).end();
  }
});
server.on('upgrade', (asked, socket) => {
  if (isOwn(asked)) {
    forwardUpgrade(target, asked, socket);
  } else {
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  }
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  console.log(`http://127.0.0.1:${port}/ shows the fleet at ${target.server}`);
});
process.once('SIGTERM', () => process.exit());
