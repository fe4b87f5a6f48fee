/**
 * DefaultTolerationSeconds: a pod that says nothing about a failing node stays there for 300 s.
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

const DEFAULT_SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

const speaksOf = ({ key = '', effect = '' }: Toleration, taint: string): boolean =>
  (key === taint || key === '') && (effect === 'NoExecute' || effect === '');

export const defaultTolerations: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit(_context, { kind, operation, object }) {
    if (kind.id !== 'pods' || operation !== 'create') {
      return;
    }
    const spec = (object.spec ?? {}) as { tolerations?: Toleration[] };
    const given = spec.tolerations ?? [];
    const missing = TAINTS.filter((taint) => !given.some((toleration) => speaksOf(toleration, taint)));
    if (missing.length > 0) {
      const added = missing.map((key) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: DEFAULT_SECONDS,
      }));
      spec.tolerations = [...given, ...added];
      object.spec = spec;
    }
  },
};
