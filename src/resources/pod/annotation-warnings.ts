/** Annotations of pods that fields took the place of. Source: pkg/api/pod/warnings.go, 1.34. */
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

/** Annotation → what is said of it. */
const DEAD: readonly (readonly [name: string, message: string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';
const NO_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const OLD_APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** `path` is that of the metadata. A field beside its annotation is what counts, and nothing is said. */
export function annotationWarnings(
  path: string,
  annotations: Readonly<Record<string, string>>,
  { securityContext = {} }: PodSpec,
  containers: readonly Container[],
): string[] {
  if (Object.keys(annotations).length === 0) {
    return [];
  }
  const tell = (name: string, message: string): string[] =>
    Object.hasOwn(annotations, name) ? [`${path}.annotations[${name}]: ${message}`] : [];
  return [
    ...DEAD.flatMap(([name, message]) => tell(name, message)),
    ...('seccompProfile' in securityContext ? [] : tell(SECCOMP_POD, NO_SECCOMP)),
    ...containers.flatMap(({ name = '', securityContext: own = {} }) => [
      ...('seccompProfile' in own ? [] : tell(SECCOMP_CONTAINER + name, NO_SECCOMP)),
      ...('appArmorProfile' in own || 'appArmorProfile' in securityContext
        ? []
        : tell(APPARMOR_CONTAINER + name, OLD_APPARMOR)),
    ]),
  ];
}
