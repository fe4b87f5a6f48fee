/**
 * The resume token: the revision up to which everything was delivered, and a digest of what the subscription is of, so
 * that a token of another one is refused instead of silently leaving a gap. Signed with the database's key: one that was
 * made up, or is of another fleet, whose revisions mean something else, is no token.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { badRequest, StatusError } from '../../errors.ts';
import type { KindName, Wanted } from './messages.ts';

export interface Position {
  /** Of every object the state at this revision was delivered, or one that came later. */
  readonly revision: number;
  /** Up to here some changes were delivered and others not, when states coalesce; otherwise as `revision`. */
  readonly horizon: number;
}

/** Everything up to `revision` was delivered, and nothing after it. */
export const exactly = (revision: number): Position => ({ revision, horizon: revision });

const TOKEN =
  /^(?<revision>[1-9]\d{0,15}|0)(?:-(?<horizon>[1-9]\d{0,15}))?\.(?<digest>[A-Za-z0-9_-]{16})(?:\.(?<signature>[A-Za-z0-9_-]{22}))?$/;
const SIGNATURE_BYTES = 16;
/** What is signed with the key for other purposes never begins so. */
const PURPOSE = 'flotilla.stream';

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
  /** Throws 400 for what is no token, or one of another subscription or fleet; 410 for one from before they were signed. */
  decode(token: string): Position;
}

const unsigned = (): StatusError =>
  new StatusError('Expired', 'resume: the token is of an older version of the server: subscribe again without resume');

export function tokenCodec(key: Uint8Array, wanted: Wanted): TokenCodec {
  const ownDigest = digestOf(wanted);
  const sign = (text: string): Buffer =>
    createHmac('sha256', key).update(`${PURPOSE} ${text}`).digest().subarray(0, SIGNATURE_BYTES);
  // A frame asks for the token of its position more than once.
  let last = { text: '', token: '' };
  return {
    encode({ revision, horizon }) {
      const text = `${revision}${horizon > revision ? `-${horizon}` : ''}.${ownDigest}`;
      if (last.text !== text) {
        last = { text, token: `${text}.${sign(text).toString('base64url')}` };
      }
      return last.token;
    },
    decode(token) {
      const { revision, horizon = '0', digest, signature } = TOKEN.exec(token)?.groups ?? {};
      if (revision === undefined) {
        throw badRequest('resume: not a token of this stream');
      }
      if (digest !== ownDigest) {
        throw badRequest('resume: the token is of a subscription with another kind, namespace, selector or projection');
      }
      if (signature === undefined) {
        throw unsigned();
      }
      const signed = token.slice(0, -signature.length - 1);
      if (!timingSafeEqual(Buffer.from(signature, 'base64url'), sign(signed))) {
        throw badRequest('resume: the token was not made by this fleet');
      }
      return { revision: Number(revision), horizon: Math.max(Number(revision), Number(horizon)) };
    },
  };
}
