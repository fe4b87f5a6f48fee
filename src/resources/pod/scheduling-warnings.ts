/** Where pods are told to run by what has another name by now, or by what selects nothing. Source: pkg/api/pod/warnings.go. */
import { nodeLabelWarnings, nodeTermWarnings } from './node-label-warnings.ts';
import type { PodAffinity, PodSpec } from './pod-spec.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const SELECTS_NOTHING = 'a null labelSelector results in matching no pod';

const ofSelector = (path: string, labelSelector: object | undefined): string[] =>
  labelSelector === undefined ? [`${path}.labelSelector: ${SELECTS_NOTHING}`] : [];

const ofPodAffinity = (path: string, affinity: PodAffinity = {}): string[] => [
  ...(affinity[REQUIRED] ?? []).flatMap(({ labelSelector }, index) =>
    ofSelector(`${path}.${REQUIRED}[${index}]`, labelSelector),
  ),
  ...(affinity[PREFERRED] ?? []).flatMap(({ podAffinityTerm = {} }, index) =>
    ofSelector(`${path}.${PREFERRED}[${index}].podAffinityTerm`, podAffinityTerm.labelSelector),
  ),
];

export const podAffinityWarnings = (path: string, { affinity = {} }: PodSpec): string[] => [
  ...ofPodAffinity(`${path}.affinity.podAffinity`, affinity.podAffinity),
  ...ofPodAffinity(`${path}.affinity.podAntiAffinity`, affinity.podAntiAffinity),
];

export function schedulingWarnings(path: string, spec: PodSpec): string[] {
  const { nodeSelector = {}, affinity: { nodeAffinity = {} } = {}, topologySpreadConstraints = [] } = spec;
  const at = `${path}.affinity.nodeAffinity`;
  return [
    ...Object.keys(nodeSelector).flatMap((label) => nodeLabelWarnings(`${path}.nodeSelector[${label}]`, label)),
    ...nodeTermWarnings(`${at}.${REQUIRED}.nodeSelectorTerms`, nodeAffinity[REQUIRED]?.nodeSelectorTerms),
    ...(nodeAffinity[PREFERRED] ?? []).flatMap(({ preference = {} }, index) =>
      nodeTermWarnings(`${at}.${PREFERRED}`, [preference], `[${index}].preference`),
    ),
    ...topologySpreadConstraints.flatMap(({ topologyKey = '', labelSelector }, index) => [
      ...nodeLabelWarnings(`${path}.topologySpreadConstraints[${index}].topologyKey`, topologyKey, 'named'),
      ...ofSelector(`${path}.topologySpreadConstraints[${index}]`, labelSelector),
    ]),
  ];
}
