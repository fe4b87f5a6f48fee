/**
 * Interactive documentation at `/docs`: the whole OpenAPI document in Swagger UI, from files on this server only, so
 * that it works offline and under a strict CSP. May import api/openapi. Serves no data of the fleet.
 */
import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../context.ts';
import { wholeDocument } from '../openapi/whole-document.ts';
import { servedKinds } from '../served-kinds.ts';

/** A thousand schemas and operations: closed until asked for. */
const UI = { docExpansion: 'none', defaultModelsExpandDepth: 0, filter: true, showExtensions: true } as const;

export async function registerDocs(app: FastifyInstance, { registry, version }: ApiContext): Promise<void> {
  const document = wholeDocument(servedKinds(registry), version) as unknown as StaticDocumentSpec['document'];
  // In a scope of its own: the plugins decorate and hook the instance they are given.
  await app.register(async (scope) => {
    // Static mode. The dynamic one reads the routes, and ours are one a verb, not one a kind: it would see none of them.
    await scope.register(swagger, { mode: 'static', specification: { document } });
    // No policy of its own: helmet's does, and the plugin's would also replace the one of the sign-in page.
    await scope.register(swaggerUi, { routePrefix: '/docs', uiConfig: UI, theme: { title: 'Flotilla API' } });
  });
}
