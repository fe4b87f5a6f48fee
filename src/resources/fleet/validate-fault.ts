/**
 * What a Fault may ask. Targets must be named in some way: a fault of the whole fleet says so with an empty selector.
 * A fault of pods may name only nodes (all of their pods are meant); one of nodes may not name pods.
 */
import type { StatusCause } from '../../errors.ts';
import { parseThreshold } from '../../values/kubelet-configuration/thresholds.ts';
import { isDNS1123Label, isDNS1123Subdomain, isValidLabelValue } from '../../values/name-rules.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { validateBounds } from '../validate-bounds.ts';
import type { Fault, FaultSpec } from './fault.ts';
import { percentOf } from './fault-reach.ts';
import { FAULT_SECTIONS, FAULT_TYPES, faultMeaning } from './fault-types.ts';

const NODE_TARGETS = ['nodeSelector', 'nodeNames', 'pool', 'zone'] as const;
const POD_TARGETS = ['podSelector', 'namespace', 'podNames'] as const;
const PROBES = ['Startup', 'Liveness', 'Readiness'];

export const validateFault = ({ spec = {} }: Fault): StatusCause[] => [
  ...validateBounds('dev.flotilla.fleet.v1alpha1.FaultSpec', spec, 'spec'),
  ...checkType(spec),
  ...checkTargets(spec),
  ...checkTimes(spec),
  ...checkSections(spec),
];

function checkType({ type }: FaultSpec): StatusCause[] {
  if (type === undefined || type === '') {
    return [requiredField('spec.type')];
  }
  return faultMeaning(type) === undefined ? [unsupportedField('spec.type', type, Object.keys(FAULT_TYPES))] : [];
}

function checkTargets(spec: FaultSpec): StatusCause[] {
  const { type, nodeNames = [], podNames = [], containers = [], pool, zone, namespace } = spec;
  const ofPods = faultMeaning(type)?.subject === 'pod';
  const usable = ofPods ? [...NODE_TARGETS, ...POD_TARGETS] : NODE_TARGETS;
  const isAimless = usable.every((target) => spec[target] === undefined);
  const strays = [...POD_TARGETS, 'containers' as const].filter((target) => !ofPods && spec[target] !== undefined);
  return [
    ...(isAimless
      ? [requiredField('spec', `one of ${usable.join(', ')} must say which ${ofPods ? 'pods' : 'nodes'}`)]
      : []),
    ...strays.map((target) => forbiddenField(`spec.${target}`, `a ${type} is of nodes, not of pods`)),
    ...(type === 'ZoneOutage' && zone === undefined ? [requiredField('spec.zone', 'a ZoneOutage is of one zone')] : []),
    ...checkLabelSelector('spec.nodeSelector', spec.nodeSelector),
    ...checkLabelSelector('spec.podSelector', spec.podSelector),
    ...nodeNames.flatMap((name, i) => violations(isDNS1123Subdomain, `spec.nodeNames[${i}]`, name)),
    ...podNames.flatMap((name, i) => violations(isDNS1123Subdomain, `spec.podNames[${i}]`, name)),
    ...containers.flatMap((name, i) => violations(isDNS1123Label, `spec.containers[${i}]`, name)),
    ...(pool === undefined ? [] : violations(isDNS1123Label, 'spec.pool', pool)),
    ...(namespace === undefined ? [] : violations(isDNS1123Label, 'spec.namespace', namespace)),
    ...(zone === undefined ? [] : violations(isValidLabelValue, 'spec.zone', zone)),
  ];
}

function checkTimes({ share = '100%', startTime, durationSeconds, rampSeconds = 0 }: FaultSpec): StatusCause[] {
  const isLate = durationSeconds !== undefined && rampSeconds > Math.max(0, durationSeconds);
  return [
    ...(percentOf(share) === undefined ? [invalidField('spec.share', share, 'must be from 0% to 100%')] : []),
    ...(startTime !== undefined && parseTime(startTime) === undefined
      ? [invalidField('spec.startTime', startTime, 'must be a time')]
      : []),
    ...(isLate ? [invalidField('spec.rampSeconds', rampSeconds, 'may not be longer than durationSeconds')] : []),
  ];
}

function checkSections(spec: FaultSpec): StatusCause[] {
  const { type, slowHeartbeat, pressure, probe, slowStart } = spec;
  const own = faultMeaning(type)?.section;
  const strays = FAULT_SECTIONS.filter((section) => section !== own && spec[section] !== undefined);
  const isOnTime = (slowHeartbeat?.factor ?? 1) === 1 && (slowHeartbeat?.delaySeconds ?? 0) === 0;
  const hasOwnCode = type === 'OOMKill' && spec.crash?.exitCode !== undefined;
  return [
    ...strays.map((section) => forbiddenField(`spec.${section}`, `may not be set for a ${type}`)),
    ...(hasOwnCode ? [forbiddenField('spec.crash.exitCode', 'what is killed for its memory ends with 137')] : []),
    ...(type === 'SlowHeartbeat' && isOnTime
      ? [requiredField('spec.slowHeartbeat', 'factor or delaySeconds must say how late')]
      : []),
    ...(type === 'SlowStart' && slowStart?.delaySeconds === undefined
      ? [requiredField('spec.slowStart.delaySeconds')]
      : []),
    ...checkAvailable(pressure?.available ?? '0'),
    ...(probe?.types ?? []).flatMap((name, i) =>
      PROBES.includes(name) ? [] : [unsupportedField(`spec.probe.types[${i}]`, name, PROBES)],
    ),
  ];
}

function checkAvailable(available: string): StatusCause[] {
  const problem = /^0%?$/.test(available) ? undefined : parseThreshold('memory.available', available);
  const why = 'must be a quantity or a share of the capacity from 0% to 100%';
  return typeof problem === 'string' ? [invalidField('spec.pressure.available', available, why)] : [];
}
