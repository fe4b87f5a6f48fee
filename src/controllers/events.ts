/** Records an event about an object, in the form controllers have at hand. */
import type { EventRecorder } from '../registry/event-recorder.ts';
import type { KubeObject } from '../values/object.ts';

type Subject = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;
export type Emit = (subject: Subject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

export function emitter(recorder: EventRecorder): Emit {
  return ({ apiVersion, kind, metadata }, type, reason, message) => {
    const { namespace = '', name = '', uid = '' } = metadata;
    recorder.record({ apiVersion, kind, namespace, name, uid }, type, reason, message);
  };
}
