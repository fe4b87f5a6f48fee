/** Counts failed authentications of an address; over the limit they get 429 instead of 401. Successes are not counted. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { StatusError, tooManyRequests } from '../../errors.ts';

const MAX_FAILURES = 100;
const WINDOW_MS = 60_000;

export type AuthenticationFailure = (request: FastifyRequest) => Promise<StatusError>;

export async function createFailureLimit(app: FastifyInstance): Promise<AuthenticationFailure> {
  await app.register(rateLimit, { global: false });
  const count = app.createRateLimit({ max: MAX_FAILURES, timeWindow: WINDOW_MS });
  return async (request) => {
    const limit = await count(request);
    if (!limit.isAllowed && limit.isExceeded) {
      return tooManyRequests('too many failed authentications, please try again later', limit.ttlInSeconds);
    }
    return new StatusError('Unauthorized', 'Unauthorized');
  };
}
