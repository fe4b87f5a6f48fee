/**
 * Tokens of service accounts: JWTs with Kubernetes' claims, signed with a secret that all replicas share, so that any
 * of them can check what another has issued. A secret, not a key pair: nobody outside can check them without asking
 * (TokenReview). Source of the claims: k8s.io/kubernetes/pkg/serviceaccount/claims.go.
 */
import { createHmac } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { API_AUDIENCE } from './identity.ts';
import {
  type Account,
  accountIn,
  audiencesOf,
  claimsOf,
  isOurs,
  LEGACY_ISSUER,
  legacyAccountIn,
  legacyClaimsOf,
  type VerifiedToken,
} from './service-account-claims.ts';
import { accountUsername } from './service-account-names.ts';

const ALGORITHM = 'HS256';
const PURPOSE = 'service account tokens';

export interface IssueRequest extends Account {
  readonly audiences: readonly string[];
  readonly seconds: number;
}
export interface ServiceAccountTokens {
  issue(request: IssueRequest): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** A token that never expires: it is worth as much as the secret that holds it. */
  issueForSecret(
    account: { readonly namespace: string; readonly name: string; readonly uid: string },
    secretName: string,
  ): Promise<string>;
  /** undefined for what is none of ours, has expired, or is for somebody else. */
  verify(token: string, audiences?: readonly string[]): Promise<VerifiedToken | undefined>;
  /** Why `verify` knows nothing of what says to be ours, in kube-apiserver's words; undefined: it does, or is not. */
  refusal(token: string, audiences?: readonly string[]): Promise<string | undefined>;
}

export interface ServiceAccountTokensOptions {
  /** The same in all replicas. */
  readonly secret: Uint8Array;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Of claims that do not hold, by jose's code; anything else is the signature. Source: pkg/serviceaccount/claims.go. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  [errors.JWTExpired.code, 'service account token has expired'],
  [errors.JWTClaimValidationFailed.code, 'service account token is not valid yet'],
]);
/** As Go's `%q` prints a slice. */
const quoted = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;

export function createServiceAccountTokens({ secret, now, newId }: ServiceAccountTokensOptions): ServiceAccountTokens {
  // Not the secret itself, which signs other things too.
  const key = createHmac('sha256', secret).update(PURPOSE).digest();
  return {
    async issue({ audiences, seconds, ...account }) {
      const at = Math.floor(now() / 1_000);
      const token = await new SignJWT(claimsOf(account))
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(API_AUDIENCE)
        .setSubject(accountUsername(account.namespace, account.serviceaccount.name))
        .setAudience(audiences.length === 0 ? [API_AUDIENCE] : [...audiences])
        .setJti(newId())
        .setIssuedAt(at)
        .setNotBefore(at)
        .setExpirationTime(at + seconds)
        .sign(key);
      return { token, expiresAt: (at + seconds) * 1_000 };
    },

    async issueForSecret(account, secretName) {
      return new SignJWT(legacyClaimsOf(account, secretName))
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(LEGACY_ISSUER)
        .setSubject(accountUsername(account.namespace, account.name))
        .sign(key);
    },

    async verify(token, audiences = []) {
      try {
        const always = { algorithms: [ALGORITHM], currentDate: new Date(now()) };
        // One that names nobody is for the API.
        if (decodeJwt(token).iss === LEGACY_ISSUER) {
          const { payload } = await jwtVerify(token, key, { ...always, issuer: LEGACY_ISSUER });
          return audiences.length === 0 || audiences.includes(API_AUDIENCE) ? legacyAccountIn(payload) : undefined;
        }
        const audience = audiences.length === 0 ? API_AUDIENCE : [...audiences];
        const { payload } = await jwtVerify(token, key, { ...always, issuer: API_AUDIENCE, audience });
        return accountIn(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) {
          return undefined;
        }
        throw error;
      }
    },

    async refusal(token, audiences = []) {
      if (!isOurs(token)) {
        return undefined;
      }
      let claim: string | undefined;
      try {
        await jwtVerify(token, key, { algorithms: [ALGORITHM], currentDate: new Date(now()) });
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) {
          throw error;
        }
        claim = REFUSALS.get(error.code);
        if (claim === undefined) {
          return 'invalid signature, no keys found';
        }
      }
      const own = audiencesOf(token);
      const asked = audiences.length === 0 ? [API_AUDIENCE] : audiences;
      return own.some((audience) => asked.includes(audience))
        ? claim
        : `token audiences ${quoted(own)} is invalid for the target audiences ${quoted(asked)}`;
    },
  };
}
