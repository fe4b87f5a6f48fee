/**
 * Tokens of pods' accounts, bound to the pod, made when somebody reads them and made anew when four fifths of their time
 * are over. Source: kubelet/token/token_manager.go.
 */
import type { Registry } from '../../registry/registry.ts';
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Pod } from '../pod.ts';
import { MountError, type TokenSource } from './volume.ts';

interface Reference {
  readonly name: string;
  readonly uid: string;
}
/** Makes a token; of auth/. */
export type IssueToken = (request: {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly bound: { readonly kind: 'pod'; readonly reference: Reference };
  readonly audiences: readonly string[];
  readonly seconds: number;
}) => Promise<{ readonly token: string; readonly expiresAt: number }>;

const DEFAULT_SECONDS = 3_600;
const REFRESH_AT = 0.8;
const REMEMBERED = 10_000;

interface Kept {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly refreshAt: number;
}

export class PodTokens {
  readonly #registry: Pick<Registry, 'find'>;
  readonly #issue: IssueToken;
  readonly #clock: Clock;
  readonly #audience: string;
  readonly #kept = new BoundedMap<string, Kept>(REMEMBERED);

  /** `audience`: the API's own. */
  constructor(registry: Pick<Registry, 'find'>, issue: IssueToken, audience: string, clock: Clock) {
    this.#registry = registry;
    this.#issue = issue;
    this.#audience = audience;
    this.#clock = clock;
  }

  /** Throws MountError when the account is gone. */
  async token({ metadata, spec }: Pod, source: TokenSource): Promise<string> {
    const { namespace, name, uid } = metadata;
    const { audience = this.#audience, expirationSeconds: seconds = DEFAULT_SECONDS } = source;
    const accountName = spec.serviceAccountName ?? 'default';
    const account = await this.#registry.find('serviceaccounts', namespace, accountName);
    if (account === undefined) {
      throw new MountError(`failed to fetch token: serviceaccounts "${accountName}" not found`);
    }
    const key = [uid, account.uid, audience, seconds].join('/');
    const now = this.#clock.now();
    const known = this.#kept.get(key);
    if (known !== undefined && now < known.refreshAt) {
      return known.token;
    }
    const { token } = await this.#issue({
      ...{ namespace, serviceaccount: { name: accountName, uid: account.uid }, audiences: [audience], seconds },
      bound: { kind: 'pod', reference: { name, uid } },
    });
    this.#kept.set(key, { token, refreshAt: now + seconds * 1_000 * REFRESH_AT });
    return token;
  }
}
