/**
 * `certificatesigningrequests/NAME/approval`: whether a request may be signed. Takes over the decision and nothing
 * else. Source: pkg/registry/certificates/certificates/strategy.go, csrApprovalStrategy, 1.34.
 */
import type { FastifyInstance } from 'fastify';
import { invalid, notFound, type StatusCause } from '../../../errors.ts';
import { certificateSigningRequest } from '../../../resources/certificates/certificate-signing-request.ts';
import type { ResourceDefinition } from '../../../resources/define-resource.ts';
import { invalidField } from '../../../resources/field-errors.ts';
import { resourceId } from '../../../resources/index.ts';
import type { KubeObject } from '../../../values/object.ts';
import { formatTime } from '../../../values/rfc3339.ts';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { readBody } from '../read-body.ts';
import { sendObject } from '../send.ts';
import { viewOf } from '../view.ts';
import { readWriteOptions } from '../write-options.ts';

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}
interface Request extends KubeObject {
  status?: { conditions?: Condition[] };
}

const DECISIONS = ['Approved', 'Denied'];
const DEFINITION = certificateSigningRequest as unknown as ResourceDefinition;
const ID = resourceId(DEFINITION);
const CONDITIONS = 'status.conditions';

const isDecision = ({ type = '' }: Condition): boolean => DECISIONS.includes(type);

/** A decision stands: it is neither taken back nor joined by its opposite. */
function checkDecisions(given: readonly Condition[], old: readonly Condition[]): StatusCause[] {
  const types = new Set(given.map(({ type }) => type));
  const lost = old.filter(isDecision).find(({ type }) => !types.has(type));
  return [
    ...(types.has('Approved') && types.has('Denied')
      ? [invalidField(CONDITIONS, 'Denied', 'Approved and Denied conditions are mutually exclusive')]
      : []),
    ...(lost === undefined
      ? []
      : [invalidField(CONDITIONS, lost.type, `updates may not remove a condition of type "${lost.type}"`)]),
  ];
}

const conditionsIn = (body: unknown): readonly Condition[] => {
  const { status } = (body ?? {}) as { status?: { conditions?: unknown } };
  return Array.isArray(status?.conditions) ? (status.conditions as Condition[]) : [];
};

export function registerApproval(app: FastifyInstance, context: ApiContext): void {
  const { registry, clock } = context;
  mount(app, '/apis/certificates.k8s.io/v1/certificatesigningrequests/:name/approval', {
    async GET(request, reply) {
      const view = viewOf(request, DEFINITION, clock);
      return sendObject(reply, view, await registry.get(ID, '', pathNames(request).name));
    },
    async PUT(request, reply) {
      const view = viewOf(request, DEFINITION, clock);
      const options = readWriteOptions(request, 'UpdateOptions');
      const { name } = pathNames(request);
      const given = conditionsIn(readBody(request));
      const now = formatTime(clock.now());
      const change = (object: Request): boolean => {
        const old = object.status?.conditions ?? [];
        const causes = checkDecisions(given, old);
        if (causes.length > 0) {
          throw invalid({ group: DEFINITION.group, kind: DEFINITION.kind }, name, causes);
        }
        const known = new Set(old.map(({ type }) => type));
        const added = given.filter((one) => isDecision(one) && !known.has(one.type));
        const stamped = added.map((one) => ({ status: 'True', lastTransitionTime: now, ...one, lastUpdateTime: now }));
        object.status = { ...object.status, conditions: [...old, ...stamped] };
        return added.length > 0;
      };
      const stored = await registry.modify<Request>(ID, '', name, change, { ...options, subresource: 'status' });
      if (stored === undefined) {
        throw notFound({ group: DEFINITION.group, resource: DEFINITION.plural }, name);
      }
      return sendObject(reply, view, stored);
    },
  });
}
