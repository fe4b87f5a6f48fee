/** What each verb's handler of one kind works with, and what it reads from the path. */
import type { FastifyRequest } from 'fastify';
import type { ResourceId } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { ApiContext } from '../context.ts';

export interface KindRoute {
  readonly context: ApiContext;
  readonly definition: ResourceDefinition;
  readonly id: ResourceId;
}

export interface PathNames {
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export function pathNames(request: FastifyRequest): PathNames {
  const { namespace = '', name = '' } = request.params as { namespace?: string; name?: string };
  return { namespace, name };
}

/** undefined: all namespaces, or a kind that has none. */
export const pathNamespace = (request: FastifyRequest): string | undefined =>
  (request.params as { namespace?: string }).namespace;
