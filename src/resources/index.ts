/**
 * resources/: what each kind is, as data and pure hooks; its schema; decoding and validation that all kinds share.
 * This file is the table: one line a kind, in the order of groups that discovery shows. May import values, errors.
 * Never does I/O, never knows who stores, serves or reconciles a kind.
 */
import { deployment } from './apps/deployment.ts';
import { replicaSet } from './apps/replicaset.ts';
import { lease } from './coordination/lease.ts';
import { configMap } from './core/config-map.ts';
import { event } from './core/event.ts';
import { namespace } from './core/namespace.ts';
import { node } from './core/node.ts';
import { pod } from './core/pod.ts';
import { secret } from './core/secret.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { nodePool } from './fleet/node-pool.ts';

/** Hooks take their own kind's type; the registry calls each with objects that its schema has decoded. */
const TABLE = [configMap, event, namespace, node, pod, secret, deployment, replicaSet, lease, nodePool];

export const RESOURCES = TABLE as unknown as readonly ResourceDefinition[];

/** Names a kind's table: the plural, qualified by the group (`pods`, `deployments.apps`). Storage's ResourceId. */
export const resourceId = ({ group, plural }: Pick<ResourceDefinition, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`;
