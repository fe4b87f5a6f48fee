/**
 * What a watch's query asks. Source: apimachinery's meta/internalversion/validation (ValidateListOptions) and
 * apiserver's handlers/get.go for the time-out.
 */
import { badRequest, invalid, type StatusCause } from '../../errors.ts';
import type { Selection } from '../../registry/registry.ts';
import { forbiddenField } from '../../resources/field-errors.ts';
import type { Random } from '../../timing/random.ts';
import { readSelection } from '../http/list-options.ts';
import { booleanValue, firstValue, integerValue, type Query } from '../query.ts';

export interface WatchRequest {
  readonly selection: Selection;
  /** Deliver what comes after this revision; undefined: what exists first, as ADDED. */
  readonly from: number | undefined;
  /** The least version that the initial events must show. */
  readonly notOlderThan?: number;
  readonly bookmarks: boolean;
  /** A bookmark tells where the initial events end (WatchList). */
  readonly marksInitialEnd: boolean;
  readonly timeoutMs: number;
}

/** Without timeoutSeconds a watch ends after this long, up to twice: all clients of a restart do not return at once. */
const MIN_TIMEOUT_SECONDS = 1_800;
/** What a timer can hold: 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const MATCH = 'resourceVersionMatch';

function checkInitialEvents(query: Query): StatusCause[] {
  const match = firstValue(query, MATCH) ?? '';
  const sendInitialEvents = booleanValue(query, 'sendInitialEvents');
  if (sendInitialEvents === undefined) {
    return match === ''
      ? []
      : [forbiddenField(MATCH, `${MATCH} is forbidden for watch unless sendInitialEvents is provided`)];
  }
  const causes: StatusCause[] = [];
  if (match !== 'NotOlderThan') {
    causes.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if ((firstValue(query, 'continue') ?? '') !== '') {
    causes.push(forbiddenField('continue', 'continue is forbidden for watch'));
  }
  return causes;
}

function readVersion(query: Query): number | undefined {
  const text = firstValue(query, 'resourceVersion') ?? '';
  if (text === '' || text === '0') {
    return undefined;
  }
  const version = /^\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(version)) {
    const value = JSON.stringify(text);
    throw badRequest(`resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`);
  }
  return version;
}

function readTimeoutMs(query: Query, random: Random): number {
  const given = integerValue(query, 'timeoutSeconds') ?? 0;
  const seconds = given > 0 ? given : MIN_TIMEOUT_SECONDS * (1 + random.next());
  return Math.min(seconds * 1_000, MAX_TIMEOUT_MS);
}

/** Throws 400 and 422. */
export function readWatchRequest(query: Query, namespace: string | undefined, random: Random): WatchRequest {
  const causes = checkInitialEvents(query);
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  }
  const sendInitialEvents = booleanValue(query, 'sendInitialEvents');
  const version = readVersion(query);
  const bookmarks = booleanValue(query, 'allowWatchBookmarks') ?? false;
  return {
    selection: readSelection(query, namespace),
    from: sendInitialEvents === true ? undefined : version,
    ...(sendInitialEvents === true && version !== undefined ? { notOlderThan: version } : {}),
    bookmarks,
    marksInitialEnd: sendInitialEvents === true && bookmarks,
    timeoutMs: readTimeoutMs(query, random),
  };
}
