/**
 * The resume token: the revision up to which everything was delivered, and a digest of what the subscription is of, so
 * that a token of another one is refused instead of silently leaving a gap.
 */
import { createHash } from 'node:crypto';
import { badRequest } from '../../errors.ts';
import type { KindName, Wanted } from './messages.ts';

export interface Position {
  /** Of every object the state at this revision was delivered, or one that came later. */
  readonly revision: number;
  /** Up to here some changes were delivered and others not, when states coalesce; otherwise as `revision`. */
  readonly horizon: number;
}

/** Everything up to `revision` was delivered, and nothing after it. */
export const exactly = (revision: number): Position => ({ revision, horizon: revision });

const TOKEN = /^(?<revision>[1-9]\d{0,15}|0)(?:-(?<horizon>[1-9]\d{0,15}))?\.(?<digest>[A-Za-z0-9_-]{16})$/;

/** A kind alone, or several in an order of their own. */
export const kindsOf = ({ kinds, apiVersion = '', kind = '' }: Wanted): readonly KindName[] =>
  kinds ?? [{ apiVersion, kind }];

/** The same for whoever would be told the same, in whatever order the kinds are named. */
export function identify(wanted: Wanted): string {
  const {
    namespace = '',
    labelSelector = '',
    fieldSelector = '',
    fields,
    deltas,
    aggregate,
    coalesce = false,
  } = wanted;
  const names = kindsOf(wanted).map(({ apiVersion, kind }) => [apiVersion, kind]);
  const kinds = names.length === 1 ? names.flat() : [names.map((name) => name.join(' ')).sort()];
  const shown = { fields, deltas, groupBy: aggregate && (aggregate.groupBy ?? []), coalesce: coalesce || undefined };
  // Without any of these the text, and so the token, is what it was before they existed.
  const more = Object.values(shown).some((value) => value !== undefined) ? [shown] : [];
  return JSON.stringify([...kinds, namespace, labelSelector, fieldSelector, ...more]);
}

const digestOf = (wanted: Wanted): string =>
  createHash('sha256').update(identify(wanted)).digest('base64url').slice(0, 16);

export interface TokenCodec {
  encode(position: Position): string;
  /** Throws 400 for what is no token, or one of another subscription. */
  decode(token: string): Position;
}

export function tokenCodec(wanted: Wanted): TokenCodec {
  const ownDigest = digestOf(wanted);
  return {
    encode: ({ revision, horizon }) => `${revision}${horizon > revision ? `-${horizon}` : ''}.${ownDigest}`,
    decode(token) {
      const groups = TOKEN.exec(token)?.groups;
      if (groups === undefined) {
        throw badRequest('resume: not a token of this stream');
      }
      if (groups['digest'] !== ownDigest) {
        throw badRequest('resume: the token is of a subscription with another kind, namespace, selector or projection');
      }
      const revision = Number(groups['revision']);
      return { revision, horizon: Math.max(revision, Number(groups['horizon'] ?? 0)) };
    },
  };
}
