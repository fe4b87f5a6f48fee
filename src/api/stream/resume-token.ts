/**
 * The resume token: the revision up to which everything was delivered, and a digest of the selection, so that a token
 * of another subscription is refused instead of silently leaving a gap.
 */
import { createHash } from 'node:crypto';
import { badRequest } from '../../errors.ts';
import type { Subscribe } from './messages.ts';

const TOKEN = /^(?<revision>[1-9]\d{0,15}|0)\.(?<digest>[A-Za-z0-9_-]{16})$/;

type Selected = Omit<Subscribe, 'type' | 'id' | 'resume'>;

function digestOf({ apiVersion, kind, namespace = '', labelSelector = '', fieldSelector = '' }: Selected): string {
  const text = JSON.stringify([apiVersion, kind, namespace, labelSelector, fieldSelector]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** A subscription's request is one object for its life, and every batch needs its digest. */
const digests = new WeakMap<Selected, string>();

function keptDigest(selected: Selected): string {
  const digest = digests.get(selected) ?? digestOf(selected);
  digests.set(selected, digest);
  return digest;
}

export const encodeToken = (selected: Selected, revision: number): string => `${revision}.${keptDigest(selected)}`;

/** Throws 400 for what is no token, or one of another selection. */
export function decodeToken(selected: Selected, token: string): number {
  const groups = TOKEN.exec(token)?.groups;
  if (groups === undefined) {
    throw badRequest('resume: not a token of this stream');
  }
  if (groups['digest'] !== digestOf(selected)) {
    throw badRequest('resume: the token is of a subscription with another kind, namespace or selector');
  }
  return Number(groups['revision']);
}
