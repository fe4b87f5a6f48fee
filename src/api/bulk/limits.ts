/** What one bulk request may ask and hold. */
export const MAX_ITEMS = 10_000;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** All or nothing is held in memory, and committed while all other writers wait: 10,000 pods for about a second. */
const MAX_ATOMIC_BYTES = 32 * 1024 * 1024;

/** Together less than the writes that the group commit lets wait: bulks alone never meet its 429. */
export const MAX_REQUESTS = 8;
/** The others have what is left. */
export const MAX_REQUESTS_OF_A_USER = 6;
/** For the answers of one request, however slowly its client takes them: a slot is not held for ever. */
export const MAX_ANSWERING_MS = 600_000;
export const PENDING = { items: 1_000, bytes: 8 * 1024 * 1024 };
/** Nothing is settled before all is read: what bounds it is the body's limit. */
export const PENDING_ATOMIC = { items: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
/**
 * Beyond so many characters of answers that wait for the client nothing more is read. The answers of a whole request
 * fit, objects apart: clients that send everything before they read are common.
 */
export const MAX_UNREAD_CHARACTERS = 16 * 1024 * 1024;

/** Of creates in one call: about 10 ms of work. */
export const MAX_SLICE_ITEMS = 100;
export const MAX_SLICE_BYTES = 512 * 1024;
/** Each reads its object first: more would keep other requests from the connections for reading. */
export const MAX_SINGLE_WRITES = 64;

/** Then other requests of the process get their turn. */
export const TURN_MS = 10;

export const bodyLimit = (isAtomic: boolean): number => (isAtomic ? MAX_ATOMIC_BYTES : MAX_BODY_BYTES);
