/**
 * Addresses and node ports that a service is given. They follow from its uid, so that every replica gives the same; what
 * is taken already is found by `registry/service-allocation.ts`, which goes on with the next attempt. Source of the
 * ranges: kubeadm's and kube-apiserver's defaults.
 */
import { createHash } from 'node:crypto';

/** 10.96.0.0/12; the first addresses are for services with a known one, such as `kubernetes` and the DNS. */
const FIRST = 10 * 2 ** 24 + 96 * 2 ** 16;
const SIZE = 2 ** 20;
const RESERVED = 256;
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

/** 48 bits that depend on all of `parts`. */
const digest = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join('/')).digest().readUIntBE(0, 6);

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');

/** `attempt` counts from 0: another address each. */
export const clusterIPOf = (uid: string, attempt = 0): string =>
  dotted(FIRST + RESERVED + (digest(uid, ...(attempt === 0 ? [] : [attempt])) % (SIZE - RESERVED - 1)));

/** Of the port at `index`; `attempt` counts from 0: another port each. */
export const nodePortOf = (uid: string, index: number, attempt: number): number =>
  NODE_PORTS.first + (digest(uid, index, attempt) % (NODE_PORTS.last - NODE_PORTS.first + 1));

/** A service's own ports rarely meet: more attempts than this were never needed to tell them apart. */
const ATTEMPTS = 16;

/** Whether a port is one that the service was given, not one that it asked for. */
export const isGivenPort = (uid: string, index: number, nodePort: number): boolean =>
  uid !== '' && Array.from({ length: ATTEMPTS }, (_, attempt) => nodePortOf(uid, index, attempt)).includes(nodePort);
