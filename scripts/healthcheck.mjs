// Is this container healthy? With the API role: /readyz answers. Always: the health file of `serve` is fresh.
// Exits with 0 or 1. Reads the same environment as the process it looks at.
import { statSync } from 'node:fs';
import { get } from 'node:https';

const HEALTH_FILE = '/tmp/flotilla-alive';
// `serve` touches it every 5 s.
const FRESH_MS = 20_000;
const roles = process.env.FLOTILLA_ROLES || 'api';
const port = process.env.FLOTILLA_PORT || '6443';

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

try {
  if (Date.now() - statSync(HEALTH_FILE).mtimeMs > FRESH_MS) {
    fail('the event loop stands still');
  }
} catch (error) {
  fail(`not started: ${error.code}`);
}

if (roles.includes('api')) {
  // The container's own loopback: nobody else can answer, and the certificate may name other hosts only.
  const request = get({ host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 2_500 });
  request.on('response', (response) =>
    response.statusCode === 200 ? process.exit(0) : fail(`/readyz: ${response.statusCode}`),
  );
  request.on('timeout', () => fail('/readyz does not answer in time'));
  request.on('error', (error) => fail(`/readyz: ${error.message}`));
}
