/** Serves the dashboard's built files. They hold no data: what the page shows comes through the stream. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Beside the bundle; from the sources, where the build puts it. */
const FOLDERS = ['./dashboard/', '../../../dist/dashboard/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Without a build (tests that run the sources) the path answers 404. */
export async function registerDashboard(app: FastifyInstance): Promise<void> {
  const root = FOLDERS.find((folder) => existsSync(`${folder}index.html`));
  if (root === undefined) {
    return;
  }
  await app.register(fastifyStatic, { root, prefix: '/dashboard/', index: false });
  // The router takes trailing slashes off, so the plugin never sees the path of its index.
  app.get('/dashboard', (_, reply) => reply.sendFile('index.html'));
}
