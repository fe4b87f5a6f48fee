/**
 * TaintNodesByCondition: a node that comes gets no pods until the node lifecycle has looked at it.
 * Source: plugin/pkg/admission/nodetaint/admission.go, 1.34.
 */
import type { AdmissionPlugin } from './admission.ts';

const KEY = 'node.kubernetes.io/not-ready';
const EFFECT = 'NoSchedule';
/** Nodes of our kubelets have room for no pod until they are ready: the taint would be two writes for each of thousands. */
const RUNTIME_ANNOTATION = 'fleet.flotilla.dev/runtime';

interface Spec {
  taints?: { key?: string; effect?: string }[];
}

export const newNodeTaint: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admit(_, { kind, operation, object, user }) {
    const isVirtual = object.metadata.annotations?.[RUNTIME_ANNOTATION] !== undefined;
    if (kind.id !== 'nodes' || operation !== 'create' || user === undefined || isVirtual) {
      return;
    }
    const spec = (object.spec ?? {}) as Spec;
    const taints = spec.taints ?? [];
    if (!taints.some(({ key, effect }) => key === KEY && effect === EFFECT)) {
      object.spec = { ...spec, taints: [...taints, { key: KEY, effect: EFFECT }] };
    }
  },
};
