/** What a stateful set must meet. Source: pkg/apis/apps/validation, ValidateStatefulSetSpec, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import { checkClaimSpec } from '../core/validate-claim.ts';
import {
  checkNonNegative,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkEndless, checkIsSelected, checkSelector, checkTemplate } from '../pod/pod-template.ts';
import type { Volume } from '../pod/volume.ts';
import { checkAtMostAll, checkIntOrPercent, magnitude } from './int-or-percent.ts';
import type { StatefulSetSpec } from './statefulset-spec.ts';

const STRATEGIES = ['RollingUpdate', 'OnDelete'];
const MANAGEMENT = ['OrderedReady', 'Parallel'];
const RETENTION = ['Retain', 'Delete'];
const CHANGEABLE = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
  ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
] as const;
const IMMUTABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

type RollingUpdate = NonNullable<NonNullable<StatefulSetSpec['updateStrategy']>['rollingUpdate']>;

function checkRollingUpdate(path: string, { partition, maxUnavailable }: RollingUpdate): StatusCause[] {
  const field = `${path}.maxUnavailable`;
  return [
    ...checkNonNegative(`${path}.partition`, partition),
    ...(maxUnavailable === undefined
      ? []
      : [
          ...checkIntOrPercent(field, maxUnavailable),
          ...(magnitude(maxUnavailable) === 0 ? [invalidField(field, maxUnavailable, 'cannot be 0')] : []),
          ...checkAtMostAll(field, maxUnavailable),
        ]),
  ];
}

function checkStrategy({ updateStrategy = {} }: StatefulSetSpec): StatusCause[] {
  const { type = '', rollingUpdate } = updateStrategy;
  const path = 'spec.updateStrategy';
  if (type === '') {
    return [requiredField(path)];
  }
  if (!STRATEGIES.includes(type)) {
    return [invalidField(path, updateStrategy, `must be '${STRATEGIES.join("' or '")}'`)];
  }
  if (rollingUpdate === undefined) {
    return [];
  }
  return type === 'OnDelete'
    ? [invalidField(`${path}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
    : checkRollingUpdate(`${path}.rollingUpdate`, rollingUpdate);
}

const checkRetention = ({ persistentVolumeClaimRetentionPolicy: policy = {} }: StatefulSetSpec): StatusCause[] =>
  (['whenDeleted', 'whenScaled'] as const).flatMap((when) =>
    RETENTION.includes(policy[when] ?? '')
      ? []
      : [unsupportedField(`spec.persistentVolumeClaimRetentionPolicy.${when}`, policy[when], RETENTION)],
  );

/** As its pods will be: each claim is a volume, in the place of the template's own of that name. */
function withClaims({ template = {}, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplate {
  const claims = new Map<string, Volume>();
  for (const { metadata: { name = '' } = {} } of volumeClaimTemplates) {
    claims.set(name, { name, persistentVolumeClaim: { claimName: name } });
  }
  const own = (template.spec?.volumes ?? []).map((volume) => {
    const claim = claims.get(volume.name ?? '');
    claims.delete(volume.name ?? '');
    return claim ?? volume;
  });
  return { ...template, spec: { ...template.spec, volumes: [...own, ...claims.values()] } };
}

const checkPods = (spec: StatefulSetSpec): StatusCause[] => checkTemplate('spec.template', withClaims(spec), undefined);

const checkClaims = ({ volumeClaimTemplates = [] }: StatefulSetSpec): StatusCause[] =>
  volumeClaimTemplates.flatMap(({ spec = {} }, index) =>
    checkClaimSpec(`spec.volumeClaimTemplates[${index}].spec`, spec),
  );

/** Rules that came with 1.33 and 1.34 spare what was stored before them. */
const unlessBefore = (
  check: (spec: StatefulSetSpec) => StatusCause[],
  spec: StatefulSetSpec,
  old: StatefulSetSpec | undefined,
): StatusCause[] => (old !== undefined && check(old).length > 0 ? [] : check(spec));

export function checkStatefulSetSpec(spec: StatefulSetSpec, old: StatefulSetSpec | undefined): StatusCause[] {
  const { podManagementPolicy: management = '', serviceName = '', template = {}, selector } = spec;
  const either = `must be '${MANAGEMENT.join("' or '")}'`;
  return [
    ...(MANAGEMENT.includes(management) ? [] : [invalidField('spec.podManagementPolicy', management, either)]),
    ...checkStrategy(spec),
    ...checkRetention(spec),
    ...unlessBefore(checkClaims, spec, old),
    ...checkNonNegative('spec.replicas', spec.replicas),
    ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...checkNonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...(old === undefined && serviceName !== '' ? violations(isDNS1123Label, 'spec.serviceName', serviceName) : []),
    ...checkSelector(selector, 'statefulset'),
    ...checkIsSelected('spec.template', template, selector),
    ...unlessBefore(checkPods, spec, old),
    ...checkEndless('spec.template', template, 'StatefulSet'),
  ];
}

export function checkStatefulSetUpdate(spec: StatefulSetSpec, old: StatefulSetSpec): StatusCause[] {
  const fixed = (of: StatefulSetSpec): object =>
    Object.fromEntries(Object.entries(of).filter(([field]) => !(CHANGEABLE as readonly string[]).includes(field)));
  return isDeepStrictEqual(fixed(spec), fixed(old)) ? [] : [forbiddenField('spec', IMMUTABLE)];
}
