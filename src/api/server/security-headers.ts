/**
 * helmet's headers on every answer. They are the same for all, so helmet is asked once: as a plugin of the app it put
 * them together anew for each request, 4.4 % of the server's time.
 */
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** HSTS would bind every other server on `localhost` to HTTPS too. */
const HELMET = { strictTransportSecurity: false };

async function helmetHeaders(): Promise<[string, string][]> {
  const probe = fastify();
  await probe.register(helmet, HELMET);
  probe.get('/', async (_request, { raw }) => raw.getHeaders());
  const answer = await probe.inject('/');
  await probe.close();
  return Object.entries(answer.json<Record<string, string>>());
}

export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  const headers = await helmetHeaders();
  app.addHook('onRequest', (_request, { raw }, done) => {
    for (const [name, value] of headers) {
      raw.setHeader(name, value);
    }
    done();
  });
}
