/**
 * `pods/NAME/eviction`: a deletion that asks first. Nothing in this slice says no: disruption budgets will answer 429
 * with the DisruptionBudget cause here. Source: kubernetes' pkg/registry/core/pod/storage/eviction.go.
 */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../../errors.ts';
import type { DeleteOptions } from '../../../registry/registry.ts';
import type { KubeObject } from '../../../values/object.ts';
import { formatTime } from '../../../values/rfc3339.ts';
import type { ApiContext } from '../../context.ts';
import { toDeleteOptions } from '../delete-options.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { readBody } from '../read-body.ts';
import { sendSuccess } from '../send.ts';
import { readWriteOptions } from '../write-options.ts';

interface Eviction {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
  readonly deleteOptions?: unknown;
}

function readEviction(name: string, body: unknown): DeleteOptions {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('json: cannot unmarshal into Go value of type v1.Eviction');
  }
  const { kind = 'Eviction', metadata, deleteOptions } = body as Eviction;
  if (kind !== 'Eviction') {
    throw badRequest(`not an Eviction object: ${JSON.stringify(kind)}`);
  }
  const given = metadata?.name ?? '';
  if (given !== '' && given !== name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  return toDeleteOptions(deleteOptions ?? {});
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}
interface Pod extends KubeObject {
  status?: { conditions?: readonly Condition[] };
}

const TARGET = {
  ...{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
  message: 'Eviction API: evicting',
};

/** Says why the pod goes. A precondition on the version is checked by the deletion alone: this write would break it. */
async function markEvicted(
  { registry, clock }: ApiContext,
  namespace: string,
  name: string,
  { dryRun = false, preconditions = {} }: DeleteOptions,
): Promise<void> {
  if (dryRun || preconditions.resourceVersion !== undefined) {
    return;
  }
  const change = (pod: Pod): boolean => {
    const conditions = pod.status?.conditions ?? [];
    const others = conditions.filter(({ type }) => type !== TARGET.type);
    pod.status = { ...pod.status, conditions: [...others, { ...TARGET, lastTransitionTime: formatTime(clock.now()) }] };
    return !conditions.some(({ type, status }) => type === TARGET.type && status === 'True');
  };
  const { uid } = preconditions;
  await registry.modify<Pod>('pods', namespace, name, change, {
    subresource: 'status',
    ...(uid === undefined ? {} : { uid }),
  });
}

export function registerEviction(app: FastifyInstance, context: ApiContext): void {
  mount(app, '/api/v1/namespaces/:namespace/pods/:name/eviction', {
    async POST(request, reply) {
      const { dryRun } = readWriteOptions(request, 'CreateOptions');
      const { namespace, name } = pathNames(request);
      const asked = readEviction(name, readBody(request));
      const options = dryRun === true ? { ...asked, dryRun } : asked;
      await markEvicted(context, namespace, name, options);
      await context.registry.delete('pods', namespace, name, options);
      return sendSuccess(reply, 201);
    },
  });
}
