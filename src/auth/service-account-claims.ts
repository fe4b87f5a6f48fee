/** What the claims of a service account's token say, and how they are written. Source: k8s.io/kubernetes/pkg/serviceaccount/claims.go. */
import { decodeJwt, errors, type JWTPayload } from 'jose';
import { API_AUDIENCE } from './identity.ts';

interface Reference {
  readonly name: string;
  readonly uid: string;
}
/** What a token is bound to: it is worth nothing once that is gone. */
export type BoundKind = 'pod' | 'secret' | 'node';

export interface Account {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly bound?: { readonly kind: BoundKind; readonly reference: Reference };
}
export interface VerifiedToken extends Account {
  /** '' for one that a secret holds: it has none. */
  readonly id: string;
  /** Of the secret that must hold it. */
  readonly secretName?: string;
}

/** Whom a token that was let in is for. Tokens that say nothing of it are for the API. */
export function audiencesOf(token: string): readonly string[] {
  try {
    const { aud = API_AUDIENCE } = decodeJwt(token);
    return typeof aud === 'string' ? [aud] : aud;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) {
      return [API_AUDIENCE];
    }
    throw error;
  }
}

/** Source: k8s.io/kubernetes/pkg/serviceaccount/legacy.go. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEGACY = 'kubernetes.io/serviceaccount/';

export function legacyAccountIn(payload: JWTPayload): VerifiedToken | undefined {
  const said = (name: string): string => String(payload[`${LEGACY}${name}`] ?? '');
  const serviceaccount = { name: said('service-account.name'), uid: said('service-account.uid') };
  const [namespace, secretName] = [said('namespace'), said('secret.name')];
  const isWhole = ![namespace, secretName, serviceaccount.name, serviceaccount.uid].includes('');
  return isWhole ? { id: '', namespace, serviceaccount, secretName } : undefined;
}

const ISSUERS: readonly unknown[] = [API_AUDIENCE, LEGACY_ISSUER];

export function isOurs(token: string): boolean {
  try {
    return ISSUERS.includes(decodeJwt(token).iss);
  } catch (error) {
    if (error instanceof errors.JWTInvalid) {
      return false;
    }
    throw error;
  }
}

const BOUND: readonly BoundKind[] = ['pod', 'secret', 'node'];

export function accountIn({ 'kubernetes.io': claim, jti = '' }: JWTPayload): VerifiedToken | undefined {
  const claims = claim as
    | ({ namespace: string; serviceaccount: Reference } & Partial<Record<BoundKind, Reference>>)
    | undefined;
  if (claims === undefined) {
    return undefined;
  }
  const kind = BOUND.find((one) => claims[one] !== undefined);
  const reference = kind === undefined ? undefined : claims[kind];
  return {
    ...{ id: jti, namespace: claims.namespace, serviceaccount: claims.serviceaccount },
    ...(kind === undefined || reference === undefined ? {} : { bound: { kind, reference } }),
  };
}

export const claimsOf = ({ namespace, serviceaccount, bound }: Account): JWTPayload => ({
  'kubernetes.io': {
    ...{ namespace, serviceaccount },
    ...(bound === undefined ? {} : { [bound.kind]: bound.reference }),
  },
});

export const legacyClaimsOf = (
  { namespace, name, uid }: { readonly namespace: string } & Reference,
  secretName: string,
): JWTPayload => ({
  [`${LEGACY}namespace`]: namespace,
  [`${LEGACY}secret.name`]: secretName,
  [`${LEGACY}service-account.name`]: name,
  [`${LEGACY}service-account.uid`]: uid,
});
