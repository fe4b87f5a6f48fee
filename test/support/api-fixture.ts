/** The API over the in-memory registry, with one token and a runtime whose streams a test supplies. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Registry as Metrics } from 'prom-client';
import { Agent } from 'undici';
import type { ApiContext, ApiSettings } from '../../src/api/context.ts';
import { createApi } from '../../src/api/create-api.ts';
import { Spools } from '../../src/api/spool/spools.ts';
import { type Certificates, ensureCertificates } from '../../src/api/tls/ensure-certificates.ts';
import { allowAuthenticated } from '../../src/auth/allow-authenticated.ts';
import { createServiceAccountTokens } from '../../src/auth/service-account-tokens.ts';
import type { Runtime, Streaming } from '../../src/runtimes/runtime.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';
import type { AnswerView } from './answer-view.ts';
import { type RegistryFixture, registryFixture } from './registry-fixture.ts';
import { silentLogger } from './silent-logger.ts';

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const PODS = '/api/v1/namespaces/default/pods';

export const TOKEN = 'secret-token';
export const SETTINGS: ApiSettings = {
  host: '127.0.0.1',
  port: 0,
  allowedOrigins: [],
  bodyLimit: 3 * 1024 * 1024,
  requestTimeoutMs: 10_000,
  stream: { socketsPerUser: 1_000, subscriptionsPerUser: 5_000 },
};
const user = { username: 'admin', groups: ['system:masters'] };

export interface ApiFixture extends RegistryFixture {
  readonly app: FastifyInstance;
  readonly context: ApiContext;
  readonly ca: string;
  /** Aborts the server's signal, as a stop does. */
  readonly stop: AbortController;
  /** Authorised unless `headers` say otherwise; a body that is no text is sent as JSON. */
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Starts a listener on a free port of the loopback; the address without a trailing slash. */
  listen(): Promise<{ origin: string; dispatcher: Agent }>;
  close(): Promise<void>;
}
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes: Buffer;
  readonly json: AnswerView;
}

let issued: Promise<Certificates> | undefined;

async function issueCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-api-test-'));
  try {
    return await ensureCertificates({ folder, names: [], clock: systemClock });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function apiFixture(given: Partial<ApiContext> & Partial<Streaming> = {}): Promise<ApiFixture> {
  const { logs, exec, attach, portForward, ...overrides } = given;
  const streaming = logs ?? exec ?? attach ?? portForward;
  issued ??= issueCertificates();
  const certificates = await issued;
  const registry = await registryFixture();
  const stop = new AbortController();
  const runtime = {
    name: 'simulated',
    ...(streaming === undefined ? {} : { streaming: { logs, exec, attach, portForward } }),
  } as unknown as Runtime;
  const context: ApiContext = {
    registry: registry.registry,
    authenticator: { authenticate: async (token) => (token === TOKEN ? user : undefined) },
    authorizer: allowAuthenticated,
    accountTokens: createServiceAccountTokens({
      secret: Buffer.from('a secret of the tests'),
      now: systemClock.now,
      newId: randomUUID,
    }),
    streamKey: Buffer.from('a key of the tests'),
    runtimes: new Map([['simulated', runtime]]),
    settings: SETTINGS,
    tls: certificates,
    version: '0.0.0',
    nodePages: { read: async () => undefined, dialError: () => undefined },
    spools: new Spools({ folder: tmpdir(), clock: systemClock }),
    healthChecks: [],
    metrics: new Metrics(),
    clock: systemClock,
    random: seededRandom(1),
    logger: silentLogger,
    signal: stop.signal,
    ...overrides,
  };
  const app = await createApi(context);
  const dispatchers: Agent[] = [];
  return {
    ...registry,
    app,
    context,
    ca: certificates.ca,
    stop,
    async call(method, url, body, headers = {}) {
      const isText = typeof body === 'string' || Buffer.isBuffer(body);
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: isText ? body : JSON.stringify(body) }),
      });
      return {
        code: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        bytes: answer.rawPayload,
        get json() {
          return JSON.parse(answer.body);
        },
      };
    },
    async listen() {
      await app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = app.server.address() as AddressInfo;
      const dispatcher = new Agent({ connect: { ca: certificates.ca } });
      dispatchers.push(dispatcher);
      return { origin: `https://127.0.0.1:${port}`, dispatcher };
    },
    async close() {
      stop.abort();
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
      await app.close();
    },
  };
}
