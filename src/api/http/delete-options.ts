/**
 * How to delete: from the body when there is one, from the query otherwise. An empty body of any type is none: clients
 * send DELETE with a JSON Content-Type and nothing in it. Source: apiserver's handlers/delete.go.
 */
import type { FastifyRequest } from 'fastify';
import { badRequest, invalid, type StatusCause } from '../../errors.ts';
import type { DeleteOptions } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { invalidField } from '../../resources/field-errors.ts';
import { allValues, booleanValue, firstValue, integerValue, type Query } from '../query.ts';
import { bodyBytes } from './body-bytes.ts';
import { readBody } from './read-body.ts';
import { checkDryRun, userOf } from './write-options.ts';

interface Sent {
  readonly gracePeriodSeconds?: unknown;
  readonly propagationPolicy?: unknown;
  readonly orphanDependents?: unknown;
  readonly preconditions?: unknown;
  readonly dryRun?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kubernetes takes DeleteOptions of any group's version; anything else is another object in the wrong place. */
function checkKind(body: Record<string, unknown>): void {
  const { kind = 'DeleteOptions' } = body;
  if (kind !== 'DeleteOptions' && kind !== '') {
    const given = `${String(body['apiVersion'] ?? '')}, Kind=${String(kind)}`;
    throw badRequest(`decoded object cannot be converted to DeleteOptions: ${given}`);
  }
}

function typed<T>(value: unknown, field: string, type: 'string' | 'boolean' | 'number'): T | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== type || (type === 'number' && !Number.isSafeInteger(value))) {
    throw badRequest(
      `json: cannot unmarshal ${typeof value} into Go struct field DeleteOptions.${field} of type ${type}`,
    );
  }
  return value as T;
}

function readPreconditions(value: unknown): DeleteOptions['preconditions'] {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!isObject(value)) {
    throw badRequest(
      'json: cannot unmarshal into Go struct field DeleteOptions.preconditions of type v1.Preconditions',
    );
  }
  const uid = typed<string>(value['uid'], 'preconditions.uid', 'string');
  const resourceVersion = typed<string>(value['resourceVersion'], 'preconditions.resourceVersion', 'string');
  return { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}

function readDryRun(value: unknown): readonly string[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw badRequest('json: cannot unmarshal into Go struct field DeleteOptions.dryRun of type []string');
  }
  return value.map(String);
}

/** Source: apimachinery's ValidateDeleteOptions; the registry checks the policy's value. */
function settlePolicy(sent: Sent, dryRun: readonly string[]): DeleteOptions['propagationPolicy'] {
  const policy = typed<string>(sent.propagationPolicy, 'propagationPolicy', 'string');
  const orphan = typed<boolean>(sent.orphanDependents, 'orphanDependents', 'boolean');
  const causes: StatusCause[] = checkDryRun(dryRun);
  if (policy !== undefined && orphan !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    causes.push(invalidField('propagationPolicy', policy, why));
  }
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  }
  const legacy = orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background';
  return (policy ?? legacy) as DeleteOptions['propagationPolicy'];
}

/** A DeleteOptions object as sent, also inside an Eviction. Throws 400 and 422. */
export function toDeleteOptions(sent: unknown): DeleteOptions {
  if (!isObject(sent)) {
    throw badRequest('json: cannot unmarshal into Go value of type v1.DeleteOptions');
  }
  checkKind(sent);
  const dryRun = readDryRun(sent['dryRun']);
  const propagationPolicy = settlePolicy(sent, dryRun);
  const gracePeriodSeconds = typed<number>(sent['gracePeriodSeconds'], 'gracePeriodSeconds', 'number');
  const preconditions = readPreconditions(sent['preconditions']);
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(dryRun.length === 0 ? {} : { dryRun: true }),
  };
}

function fromQuery(query: Query): Sent {
  return {
    gracePeriodSeconds: integerValue(query, 'gracePeriodSeconds'),
    propagationPolicy: firstValue(query, 'propagationPolicy'),
    orphanDependents: booleanValue(query, 'orphanDependents'),
    dryRun: allValues(query, 'dryRun'),
  };
}

interface Deletion {
  readonly options: DeleteOptions;
  readonly warnings: readonly string[];
}

/** What the registry is asked. Where the client names no policy the kind's own stands, and that is told. */
export function deletionOf({ deletion = {} }: ResourceDefinition, sent: DeleteOptions): Deletion {
  const { defaultPolicy, defaultPolicyWarning } = deletion;
  const isTold = sent.propagationPolicy === undefined && defaultPolicyWarning !== undefined;
  return {
    options: defaultPolicy === undefined ? sent : { ...sent, defaultPolicy },
    warnings: isTold ? [defaultPolicyWarning] : [],
  };
}

/** What a DELETE asks. */
export interface AskedDeletion {
  readonly options: DeleteOptions;
  /** By `orphanDependents: false`: who asks so is told where it takes time. */
  readonly cascades: boolean;
}

export function readDeleteOptions(request: FastifyRequest): AskedDeletion {
  const query = request.query as Query;
  const sent = bodyBytes(request).length === 0 ? fromQuery(query) : (readBody(request) ?? {});
  const options = { ...toDeleteOptions(sent), ...userOf(request) };
  const isDry = allValues(query, 'dryRun').includes('All');
  return {
    options: isDry ? { ...options, dryRun: true } : options,
    cascades: (sent as Sent).orphanDependents === false,
  };
}
