/**
 * The composition root: the only file that names concrete parts. Builds what the configured roles need, in order,
 * and undoes it in reverse. Any number of processes of each role can run against one database.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { createApi } from './api/create-api.ts';
import { allowAuthenticated } from './auth/allow-authenticated.ts';
import { createTokenAuthenticator } from './auth/token-authenticator.ts';
import type { Config } from './config/config.ts';
import { controllerTriggers, createControllers } from './controllers/index.ts';
import { createKubelet } from './kubelet/create-kubelet.ts';
import { kubeletTriggers } from './kubelet/triggers.ts';
import type { Logger } from './logger.ts';
import { openQueue } from './queue/queue.ts';
import type { Registry } from './registry/registry.ts';
import { createRegistry } from './registry/create-registry.ts';
import { RESOURCES } from './resources/index.ts';
import { createRuntimes } from './runtimes/index.ts';
import { startEmbeddedPostgres } from './storage/embedded/start-embedded-postgres.ts';
import { migrate } from './storage/migrate.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import { systemClock } from './timing/clock.ts';
import { seededRandom } from './timing/random.ts';
