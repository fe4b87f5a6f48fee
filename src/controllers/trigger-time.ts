/** Since when what a write tells of is so, on the object itself: how long it took to become known is measured by it. */
import type { KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';

const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** `ms` undefined: no time is known. Only what is written anyway is given it. */
export function withTriggerTime<T extends KubeObject>(object: T, ms: number | undefined): T {
  const { [TRIGGER_TIME]: _, ...others } = object.metadata.annotations ?? {};
  const annotations = ms === undefined ? others : { ...others, [TRIGGER_TIME]: formatTime(ms) };
  const { annotations: __, ...metadata } = object.metadata;
  const isEmpty = Object.keys(annotations).length === 0;
  return { ...object, metadata: isEmpty ? metadata : { ...metadata, annotations } };
}
