/** Sources and places of a persistent volume. Source: pkg/apis/core/validation, ValidatePersistentVolumeSpec, 1.34. */
import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, requiredField, violations } from '../field-errors.ts';
import { checkNeededFields } from '../pod/needed-source-fields.ts';
import { labelInstead } from '../pod/node-label-warnings.ts';
import type { NodeSelectorTerm } from '../pod/pod-spec.ts';
import { checkNodeTerms } from '../pod/validate-affinity.ts';
import { checkNoBacksteps } from '../pod/validate-paths.ts';
import { checkHostPath, checkNfs } from '../pod/validate-shared-sources.ts';
import { checkDriverName } from '../storage-api/driver-name.ts';

interface SecretReference {
  name?: string;
  namespace?: string;
}
interface CsiSource {
  driver?: string;
  volumeHandle?: string;
  controllerPublishSecretRef?: SecretReference;
  controllerExpandSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  nodeExpandSecretRef?: SecretReference;
}
interface VolumeNodeAffinity {
  required?: { nodeSelectorTerms?: NodeSelectorTerm[] };
}
export interface Placed {
  persistentVolumeReclaimPolicy?: string;
  nodeAffinity?: VolumeNodeAffinity;
  hostPath?: { path?: string };
}

const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function checkSecret(path: string, { name = '', namespace = '' }: SecretReference): StatusCause[] {
  return [
    ...(name === '' ? [requiredField(`${path}.name`)] : violations(isDNS1123Subdomain, `${path}.name`, name)),
    ...(namespace === ''
      ? [requiredField(`${path}.namespace`)]
      : violations(isDNS1123Label, `${path}.namespace`, namespace)),
  ];
}

const checkCsi = (path: string, source: CsiSource): StatusCause[] => [
  ...checkDriverName(`${path}.driver`, source.driver ?? ''),
  ...((source.volumeHandle ?? '') === '' ? [requiredField(`${path}.volumeHandle`)] : []),
  ...SECRETS.flatMap((name) => {
    const secret = source[name];
    return secret === undefined ? [] : checkSecret(`${path}.${name}`, secret);
  }),
];

const checkLocal = (path: string, { path: target = '' }: { path?: string }): StatusCause[] =>
  target === '' ? [requiredField(`${path}.path`)] : checkNoBacksteps(`${path}.path`, target);

const CHECKS: Readonly<Record<string, (path: string, source: object) => StatusCause[]>> = {
  hostPath: checkHostPath,
  nfs: checkNfs,
  csi: checkCsi,
  local: checkLocal,
};

export function checkVolumeSource(source: string, spec: Placed): StatusCause[] {
  const given = (spec as Record<string, object | undefined>)[source] ?? {};
  const path = `spec.${source}`;
  return [
    ...(CHECKS[source]?.(path, given) ?? checkNeededFields(path, source, given)),
    ...(source === 'local' && spec.nodeAffinity === undefined
      ? [requiredField('spec.nodeAffinity', 'Local volume requires node affinity')]
      : []),
  ];
}

export function checkPlaces({ nodeAffinity }: Placed): StatusCause[] {
  if (nodeAffinity === undefined) {
    return [];
  }
  const path = 'spec.nodeAffinity.required';
  const { required } = nodeAffinity;
  return required === undefined
    ? [requiredField(path, 'must specify required node constraints')]
    : checkNodeTerms(`${path}.nodeSelectorTerms`, required.nodeSelectorTerms ?? []);
}

/** With the names of today for labels of old where `next` has these in the same place. */
const renamed = (terms: readonly NodeSelectorTerm[], next: readonly NodeSelectorTerm[]): NodeSelectorTerm[] =>
  terms.map((term, at) => ({
    ...term,
    ...(term.matchExpressions === undefined
      ? {}
      : {
          matchExpressions: term.matchExpressions.map((expression, index) => {
            const instead = labelInstead(expression.key ?? '');
            const isTaken = instead !== undefined && next[at]?.matchExpressions?.[index]?.key === instead;
            return isTaken ? { ...expression, key: instead } : expression;
          }),
        }),
  }));

/** Source: validatePvNodeAffinity. */
export function checkPlacesUpdate(
  places: VolumeNodeAffinity | undefined,
  old: VolumeNodeAffinity | undefined,
): StatusCause[] {
  const { nodeSelectorTerms: next = [] } = places?.required ?? {};
  const { nodeSelectorTerms: terms = [] } = old?.required ?? {};
  const isSame = old === undefined || isDeepStrictEqual(places, old);
  return isSame || isDeepStrictEqual(places, { required: { nodeSelectorTerms: renamed(terms, next) } })
    ? []
    : [invalidField('nodeAffinity', places, 'field is immutable, except for updating from beta label to GA')];
}

export function checkRecycling({ hostPath, persistentVolumeReclaimPolicy: policy }: Placed): StatusCause[] {
  const isRoot = hostPath !== undefined && posix.normalize(hostPath.path ?? '') === '/';
  return isRoot && policy === 'Recycle'
    ? [forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
    : [];
}
