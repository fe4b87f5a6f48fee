/** What a watch's query asks. Source: apiserver's handlers/get.go for the time-out, cacher.go for where it begins. */
import { checkWatchOptions } from '../../registry/check-list-options.ts';
import { parseResourceVersion } from '../../registry/preconditions.ts';
import type { ListOptions, Selection } from '../../registry/registry.ts';
import type { Random } from '../../timing/random.ts';
import { readListOptions, readSelection } from '../http/list-options.ts';
import { booleanValue, integerValue, type Query } from '../query.ts';

export interface WatchRequest {
  readonly selection: Selection;
  /** Deliver what comes after this revision; undefined: what exists first, as ADDED. */
  readonly from: number | undefined;
  /** Without what exists, from whatever revision is current when it begins. */
  readonly startsNow?: boolean;
  /** The least version that the initial events must show. */
  readonly notOlderThan?: number;
  readonly bookmarks: boolean;
  /** A bookmark tells where the initial events end (WatchList). */
  readonly marksInitialEnd: boolean;
  readonly timeoutMs: number;
}

/** What of it decides which events come, and who asks. */
export type WatchedSteps = Pick<WatchRequest, 'selection' | 'from' | 'notOlderThan'> & Pick<ListOptions, 'caller'>;

/** Without timeoutSeconds a watch ends after this long, up to twice: all clients of a restart do not return at once. */
const MIN_TIMEOUT_SECONDS = 1_800;
/** What a timer can hold: 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function readTimeoutMs(query: Query, random: Random): number {
  const given = integerValue(query, 'timeoutSeconds') ?? 0;
  const seconds = given > 0 ? given : MIN_TIMEOUT_SECONDS * (1 + random.next());
  return Math.min(seconds * 1_000, MAX_TIMEOUT_MS);
}

/** Throws 400 and 422. */
export function readWatchRequest(query: Query, namespace: string | undefined, random: Random): WatchRequest {
  const options = readListOptions(query, namespace);
  checkWatchOptions(options);
  const { sendInitialEvents } = options;
  const version = parseResourceVersion(options.resourceVersion);
  const bookmarks = booleanValue(query, 'allowWatchBookmarks') ?? false;
  return {
    selection: readSelection(query, namespace),
    from: sendInitialEvents === true ? undefined : version,
    ...(sendInitialEvents === true && version !== undefined ? { notOlderThan: version } : {}),
    ...(sendInitialEvents === false && version === undefined ? { startsNow: true } : {}),
    bookmarks,
    marksInitialEnd: sendInitialEvents === true && bookmarks,
    timeoutMs: readTimeoutMs(query, random),
  };
}
