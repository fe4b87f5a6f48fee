/**
 * TaintNodesByCondition: a node that comes gets no pods until the node lifecycle has looked at it.
 * Source: plugin/pkg/admission/nodetaint/admission.go, 1.34.
 */
import { RUNTIME_ANNOTATION } from '../values/node-runtime.ts';
import type { KubeObject } from '../values/object.ts';
import type { AdmissionPlugin } from './admission.ts';

const KEY = 'node.kubernetes.io/not-ready';
const EFFECT = 'NoSchedule';

interface Spec {
  taints?: { key?: string; effect?: string }[];
}

/**
 * Nodes of our kubelets have room for no pod until these look at them: the taint would be two writes for each of thousands.
 * One that brings its room, as from an export, is like any other.
 */
function waitsForKubelet({ metadata, status }: KubeObject): boolean {
  const { allocatable } = (status ?? {}) as { allocatable?: object };
  return metadata.annotations?.[RUNTIME_ANNOTATION] !== undefined && allocatable === undefined;
}

export const newNodeTaint: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admit(_, { kind, operation, object, user }) {
    if (kind.id !== 'nodes' || operation !== 'create' || user === undefined || waitsForKubelet(object)) {
      return;
    }
    const spec = (object.spec ?? {}) as Spec;
    const taints = spec.taints ?? [];
    if (!taints.some(({ key, effect }) => key === KEY && effect === EFFECT)) {
      object.spec = { ...spec, taints: [...taints, { key: KEY, effect: EFFECT }] };
    }
  },
};
