/** What is wrong with a pod's spec, or with a container of it, after defaults. */
import type { Container } from '../../src/resources/pod/container.ts';
import { defaultPodSpec, defaultSpecOfPod } from '../../src/resources/pod/default-pod-spec.ts';
import type { PodSpec } from '../../src/resources/pod/pod-spec.ts';
import { checkPodSpec } from '../../src/resources/pod/validate-pod-spec.ts';

export const MAIN: Container = { name: 'main', image: 'busybox:1' };

/** As a client reads them; `isPod` false: of a template. */
export function complaints(spec: PodSpec, isPod = true): string[] {
  const copy = structuredClone({ containers: [MAIN], ...spec });
  (isPod ? defaultSpecOfPod : defaultPodSpec)(copy);
  return checkPodSpec('spec', copy, { isPod }).map(({ field, message }) => `${field}: ${message}`);
}

export const ofContainer = (container: Container, spec: PodSpec = {}): string[] =>
  complaints({ ...spec, containers: [{ ...MAIN, ...container }] }).map((text) =>
    text.replace('spec.containers[0].', ''),
  );

export const CONFIG = { name: 'config', configMap: { name: 'c' } };
export const DNS_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
