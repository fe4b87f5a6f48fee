/**
 * reviews/: kinds that are asked and not stored. A create decodes and validates as for any kind, and is answered with
 * the same object, its status filled in. Adding a review is a row of resources/reviews and a line here.
 */
import type { FastifyInstance } from 'fastify';
import { invalid } from '../../errors.ts';
import { type Kind, newKind } from '../../registry/context.ts';
import { decodeBody } from '../../registry/decode-body.ts';
import { settleNamespace } from '../../registry/request-names.ts';
import { resourceId } from '../../resources/index.ts';
import { REVIEWS } from '../../resources/reviews/index.ts';
import type { ApiContext } from '../context.ts';
import { pathNames } from '../http/kind-route.ts';
import { mount } from '../http/mount.ts';
import { parseBody } from '../http/read-body.ts';
import { sendText } from '../http/send.ts';
import { viewOf } from '../http/view.ts';
import { addWarnings } from '../http/warnings.ts';
import { readWriteOptions } from '../http/write-options.ts';
import { aboutSelf, aboutSubject, rulesOfSelf } from './access.ts';
import { whoAmI, whoseToken } from './identity.ts';
import type { Answer } from './review.ts';

const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  ['SelfSubjectReview', whoAmI],
  ['TokenReview', whoseToken],
  ['LocalSubjectAccessReview', aboutSubject],
  ['SelfSubjectAccessReview', aboutSelf],
  ['SelfSubjectRulesReview', rulesOfSelf],
  ['SubjectAccessReview', aboutSubject],
]);

function mountReview(app: FastifyInstance, context: ApiContext, kind: Kind, answer: Answer): void {
  const { definition } = kind;
  const { group, version, plural, namespaced } = definition;
  const path = `/apis/${group}/${version}${namespaced ? '/namespaces/:namespace' : ''}/${plural}`;
  mount(app, path, {
    async POST(request, reply) {
      const { format } = viewOf(request, definition, context.clock);
      const options = readWriteOptions(request, 'CreateOptions');
      const { value, complaints } = parseBody(request, definition.kind);
      const { object, warnings } = decodeBody(kind, value, { ...options, complaints });
      settleNamespace(kind, object.metadata, pathNames(request).namespace);
      const causes = definition.validate?.(object) ?? [];
      if (causes.length > 0) {
        throw invalid({ group, kind: definition.kind }, object.metadata.name ?? '', causes);
      }
      addWarnings(reply, warnings);
      const status = await answer({ context, user: request.user, review: object });
      const answered = { ...object, metadata: { ...object.metadata }, status };
      return sendText(reply, format, JSON.stringify(answered), 201);
    },
  });
}

export function registerReviews(app: FastifyInstance, context: ApiContext): void {
  for (const definition of REVIEWS) {
    const answer = ANSWERS.get(definition.kind);
    if (answer === undefined) {
      throw new Error(`nobody answers ${definition.kind}`);
    }
    mountReview(app, context, newKind(definition, resourceId(definition)), answer);
  }
}
