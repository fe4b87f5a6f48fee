/**
 * bulk/: many writes of any kinds in one request, at `/apis/fleet.flotilla.dev/v1alpha1/bulk`: items as NDJSON in, an
 * answer to each as NDJSON out, in order. May import registry, auth contracts, resources, errors. Each item passes
 * authorization, admission and validation as if it came alone; nothing here writes in another way than the verbs do.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Rounds } from '../../timing/turns.ts';
import type { ApiContext } from '../context.ts';
import { parseMediaType, unsupportedMediaType } from '../http/media-type.ts';
import { mount } from '../http/mount.ts';
import { readWriteOptions } from '../http/write-options.ts';
import { booleanValue, type Query } from '../query.ts';
import { bodyTooLarge } from './body-reader.ts';
import { bodyLimit } from './limits.ts';
import { indexKinds } from './plan-item.ts';
import { RequestSlots } from './request-slots.ts';
import { NDJSON_TYPE, serveBulk } from './serve-bulk.ts';

export const BULK_PATH = '/apis/fleet.flotilla.dev/v1alpha1/bulk';

const isAtomic = (query: Query): boolean => booleanValue(query, 'atomic') ?? false;

/** Throws 413 and 415. */
function checkRequest({ headers, query }: FastifyRequest): void {
  if (parseMediaType(headers['content-type'] ?? '').type !== NDJSON_TYPE) {
    throw unsupportedMediaType([NDJSON_TYPE]);
  }
  const limit = bodyLimit(isAtomic(query as Query));
  if (Number(headers['content-length'] ?? 0) > limit) {
    throw bodyTooLarge(limit);
  }
}

export async function registerBulk(app: FastifyInstance, context: ApiContext): Promise<void> {
  const kinds = indexKinds(context.registry.definitions());
  const slots = new RequestSlots();
  const rounds = new Rounds();
  await app.register(async (scope) => {
    // The body is left where it is: the handler reads it piece by piece.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    mount(scope, BULK_PATH, {
      async POST(request, reply) {
        checkRequest(request);
        const write = readWriteOptions(request, 'CreateOptions');
        const query = request.query as Query;
        const isWhole = booleanValue(query, 'objects') ?? false;
        const leave = slots.enter(request.user.username);
        try {
          await serveBulk({ context, kinds, write, rounds, isWhole, isAtomic: isAtomic(query) }, request, reply);
        } finally {
          leave();
        }
      },
    });
  });
}
