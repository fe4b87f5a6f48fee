/**
 * Addresses and node ports that a service is given. They follow from its uid: no allocator has to be asked, and every
 * replica would give the same. Out of a million addresses and 2,768 ports: nobody checks that no two services share
 * one. Source of the ranges: kubeadm's and kube-apiserver's defaults.
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

export const clusterIPOf = (uid: string): string => dotted(FIRST + RESERVED + (digest(uid) % (SIZE - RESERVED - 1)));

/** Of the port at `index`; `attempt` counts from 0: another port each. */
export const nodePortOf = (uid: string, index: number, attempt: number): number =>
  NODE_PORTS.first + (digest(uid, index, attempt) % (NODE_PORTS.last - NODE_PORTS.first + 1));
