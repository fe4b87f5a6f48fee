/**
 * DefaultTolerationSeconds: a pod that says nothing about a failing node stays there for a while, 300 s by default.
 * Source: plugin/pkg/admission/defaulttolerationseconds of kube-apiserver.
 */
import type { AdmissionPlugin } from './admission.ts';

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** As kube-apiserver's --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds. */
export interface DefaultTolerationSeconds {
  readonly notReady: number;
  readonly unreachable: number;
}
export const DEFAULT_TOLERATION_SECONDS: DefaultTolerationSeconds = { notReady: 300, unreachable: 300 };

const TAINTS = [
  { key: 'node.kubernetes.io/not-ready', seconds: 'notReady' },
  { key: 'node.kubernetes.io/unreachable', seconds: 'unreachable' },
] as const;

const speaksOf = ({ key = '', effect = '' }: Toleration, taint: string): boolean =>
  (key === taint || key === '') && (effect === 'NoExecute' || effect === '');

export const defaultTolerations: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit({ tolerationSeconds }, { kind, operation, object }) {
    if (kind.id !== 'pods' || operation !== 'create') {
      return;
    }
    const spec = (object.spec ?? {}) as { tolerations?: Toleration[] };
    const given = spec.tolerations ?? [];
    const missing = TAINTS.filter(({ key }) => !given.some((toleration) => speaksOf(toleration, key)));
    if (missing.length > 0) {
      const added = missing.map(({ key, seconds }) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: tolerationSeconds[seconds],
      }));
      spec.tolerations = [...given, ...added];
      object.spec = spec;
    }
  },
};
