/** `serviceaccounts/NAME/token`: a new token. Source: pkg/registry/core/serviceaccount/storage/token.go, 1.34. */
import type { FastifyInstance } from 'fastify';
import { API_AUDIENCE } from '../../../auth/identity.ts';
import { restrictTokenRequest } from '../../../auth/nodes/token-restriction.ts';
import type { Account, BoundKind } from '../../../auth/service-account-claims.ts';
import { badRequest, conflict, invalid, notFound } from '../../../errors.ts';
import { newKind } from '../../../registry/context.ts';
import { decodeBody } from '../../../registry/decode-body.ts';
import { decodeObject } from '../../../registry/registry.ts';
import { invalidField } from '../../../resources/field-errors.ts';
import { resourceId } from '../../../resources/index.ts';
import { tokenRequest } from '../../../resources/reviews/token-request.ts';
import { formatTime } from '../../../values/rfc3339.ts';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { negotiateFormat } from '../negotiate.ts';
import { parseBody } from '../read-body.ts';
import { sendBuilt } from '../send.ts';
import { readWriteOptions } from '../write-options.ts';

const KIND = newKind(tokenRequest, resourceId(tokenRequest));
const DEFAULT_SECONDS = 3_600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const ACCOUNTS = { group: '', resource: 'serviceaccounts' };

interface BoundRef {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}
interface Spec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: BoundRef;
}

const BINDABLE: ReadonlyMap<string, { readonly kind: BoundKind; readonly resource: string }> = new Map([
  ['Pod', { kind: 'pod', resource: 'pods' }],
  ['Secret', { kind: 'secret', resource: 'secrets' }],
  ['Node', { kind: 'node', resource: 'nodes' }],
]);

/** Throws 422. */
function checkSeconds(name: string, seconds: number): void {
  const why =
    seconds < MIN_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (why !== undefined) {
    throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, name, [
      invalidField('spec.expirationSeconds', seconds, why),
    ]);
  }
}

/** Throws what Kubernetes does when the object is not there, is another by now, or is not the account's. */
async function boundTo(
  { registry }: ApiContext,
  namespace: string,
  account: string,
  { kind = '', name = '', uid = '' }: BoundRef,
): Promise<NonNullable<Account['bound']>> {
  const bindable = BINDABLE.get(kind);
  if (bindable === undefined) {
    throw badRequest(`cannot bind token to object of type v1, Kind=${kind}`);
  }
  const resource = { group: '', resource: bindable.resource };
  const stored = await registry.find(bindable.resource, kind === 'Node' ? '' : namespace, name);
  if (stored === undefined) {
    throw notFound(resource, name);
  }
  if (uid !== '' && uid !== stored.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(resource, name, why);
  }
  const { serviceAccountName = '' } = (decodeObject(stored).spec ?? {}) as { serviceAccountName?: string };
  if (kind === 'Pod' && serviceAccountName !== account) {
    throw badRequest(
      `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`,
    );
  }
  return { kind: bindable.kind, reference: { name, uid: stored.uid } };
}

export function registerTokenRequests(app: FastifyInstance, context: ApiContext): void {
  mount(app, '/api/v1/namespaces/:namespace/serviceaccounts/:name/token', {
    async POST(request, reply) {
      const format = negotiateFormat(request.headers.accept);
      const { namespace, name } = pathNames(request);
      const options = readWriteOptions(request, 'CreateOptions');
      const { value, complaints } = parseBody(request, 'TokenRequest');
      const { object } = decodeBody(KIND, value, { ...options, complaints });
      const spec = (object.spec ?? {}) as Spec;
      const { audiences: asked = [], expirationSeconds: seconds = DEFAULT_SECONDS, boundObjectRef } = spec;
      await restrictTokenRequest(context.registry, request.user, { namespace, name }, spec);
      const audiences = asked.length === 0 ? [API_AUDIENCE] : asked;
      checkSeconds(name, seconds);
      const account = await context.registry.find('serviceaccounts', namespace, name);
      if (account === undefined) {
        throw notFound(ACCOUNTS, name);
      }
      const bound = boundObjectRef === undefined ? undefined : await boundTo(context, namespace, name, boundObjectRef);
      const { token, expiresAt } = await context.accountTokens.issue({
        ...{ namespace, serviceaccount: { name, uid: account.uid }, audiences, seconds },
        ...(bound === undefined ? {} : { bound }),
      });
      const { apiVersion } = KIND;
      const metadata = { name, namespace, creationTimestamp: formatTime(context.clock.now()) };
      const answered = {
        ...{ kind: 'TokenRequest', apiVersion, metadata },
        spec: { ...spec, audiences, expirationSeconds: seconds },
        status: { token, expirationTimestamp: formatTime(expiresAt) },
      };
      return sendBuilt(reply, format, answered, 201);
    },
  });
}
