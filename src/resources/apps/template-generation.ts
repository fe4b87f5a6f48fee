/**
 * The number of a daemon set's template, which the server counts in an annotation: what is left of a field of
 * extensions/v1beta1. Source: pkg/registry/apps/daemonset/strategy.go and apps/v1 conversion, 1.34.
 */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../values/object.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { defaultTemplate } from '../pod/pod-template.ts';

const ANNOTATION = 'deprecated.daemonset.template.generation';

interface Templated extends KubeObject {
  spec?: { template?: PodTemplate };
}

const generationOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[ANNOTATION] ?? 0) || 0;

function setGeneration({ metadata }: KubeObject, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [ANNOTATION]: String(generation) };
}

export const firstTemplate = (object: KubeObject): void => setGeneration(object, Math.max(1, generationOf(object)));

/** +1 when the template changed; what a client sends counts for nothing. */
export function nextTemplate(object: Templated, old: Templated): void {
  const template = object.spec?.template ?? {};
  // Defaults are filled in after this hook, and must not count as a change.
  defaultTemplate(template);
  const isSame = isDeepStrictEqual(template, old.spec?.template);
  setGeneration(object, generationOf(old) + (isSame ? 0 : 1));
}
