/** A core/v1 Event, as a component writes it. */
import type { KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  /** '' for cluster-scoped objects; their events live in `default`. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `spec.containers{name}` */
  readonly fieldPath?: string;
}

export interface EventParts {
  readonly name: string;
  readonly subject: EventSubject;
  readonly component: string;
  /** The node whose component speaks; '' for those of no node. */
  readonly host: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
}

/** Kubernetes refuses longer ones. */
const MESSAGE_LIMIT = 1_024;

/** What is cut is copied: a slice keeps all of the text that it is of. */
export const eventMessage = (message: string): string =>
  message.length <= MESSAGE_LIMIT
    ? message
    : Buffer.from(message.slice(0, MESSAGE_LIMIT), 'utf16le').toString('utf16le');

export function eventObject(parts: EventParts): KubeObject {
  const { name, subject, component, host, type, reason, message, firstAt, lastAt, count } = parts;
  const { namespace, ...involved } = subject;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: namespace === '' ? 'default' : namespace, name },
    involvedObject: { ...involved, ...(namespace === '' ? {} : { namespace }) },
    reason,
    message: eventMessage(message),
    source: { component, ...(host === '' ? {} : { host }) },
    firstTimestamp: formatTime(firstAt),
    lastTimestamp: formatTime(lastAt),
    count,
    type,
    reportingComponent: component,
    reportingInstance: host,
  } as KubeObject;
}
