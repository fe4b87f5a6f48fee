/** What a stage of a SimulationProfile may be: nothing that the pods it is for could not take. */
import type { StatusCause } from '../../../errors.ts';
import { isDNS1123Label, isQualifiedName } from '../../../values/name-rules.ts';
import {
  duplicateField,
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
  tooManyField,
  unsupportedField,
  violations,
} from '../../field-errors.ts';
import { validateFinalizerName } from '../../validate-metadata.ts';
import { type SimulatedCondition, type SimulatedEvent, type SimulatedStage, STAGE_MOMENTS } from './types.ts';
import { validateDuration } from './validate-duration.ts';

/** All that is said of a pod stands in its metadata and its status. */
const MAX_STAGES = 32;
const MAX_OF_A_STAGE = 16;
/** A pod's events of stages go past the budget that the kubelet has for an object, which begins with as many. */
const MAX_EVENTS = 25;
/** As events and conditions of Kubernetes are bounded. */
const MAX_REASON = 128;
const MAX_EVENT = 1_024;
const MAX_CONDITION = 32_768;
const EVENT_TYPES = ['Normal', 'Warning'];
const STATUSES = ['True', 'False', 'Unknown'];
const REASON = /^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
/** The kubelet acts on them: a profile that set them would evict pods, or resize them. */
const KUBELETS_OWN = new Set(['DisruptionTarget', 'PodResizePending', 'PodResizeInProgress']);

const checkReason = (path: string, reason: string): StatusCause[] =>
  reason.length > MAX_REASON
    ? [tooLongField(path, MAX_REASON)]
    : REASON.test(reason)
      ? []
      : [invalidField(path, reason, 'must be one word, such as BackOff')];
const checkLength = (path: string, text: string, most: number): StatusCause[] =>
  text.length > most ? [tooLongField(path, most)] : [];
const checkCount = (path: string, list: readonly unknown[]): StatusCause[] =>
  list.length > MAX_OF_A_STAGE ? [tooManyField(path, list.length, MAX_OF_A_STAGE)] : [];
const checkOneOfThese = (path: string, text: string, these: readonly string[]): StatusCause[] =>
  these.includes(text) ? [] : [unsupportedField(path, text, these)];

const validateEvent = (path: string, { type = 'Normal', reason = '', message = '' }: SimulatedEvent): StatusCause[] => [
  ...checkOneOfThese(`${path}.type`, type, EVENT_TYPES),
  ...checkReason(`${path}.reason`, reason),
  ...checkLength(`${path}.message`, message, MAX_EVENT),
];

const validateCondition = (path: string, { type = '', status = 'True', reason, message = '' }: SimulatedCondition) => [
  ...violations(isQualifiedName, `${path}.type`, type),
  ...(KUBELETS_OWN.has(type) ? [forbiddenField(`${path}.type`, `the kubelet acts on its own condition ${type}`)] : []),
  ...checkOneOfThese(`${path}.status`, status, STATUSES),
  ...(reason === undefined ? [] : checkReason(`${path}.reason`, reason)),
  ...checkLength(`${path}.message`, message, MAX_CONDITION),
];

/** The names that were seen before. */
function repeated(path: string, names: readonly string[], field: string): StatusCause[] {
  const seen = new Set<string>();
  return names.flatMap((name, i) => {
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew ? [] : [duplicateField(`${path}[${i}].${field}`, name)];
  });
}

function validateFinalizers(path: string, { at, finalizers = {} }: SimulatedStage): StatusCause[] {
  const { add = [], remove = [] } = finalizers;
  const isEnding = at === 'Terminating' || at === 'Stopped';
  const nameErrors = (list: string, names: readonly string[]): StatusCause[] =>
    names.flatMap((name, i) => [
      ...violations(isQualifiedName, `${path}.${list}[${i}]`, name),
      ...validateFinalizerName(name, `${path}.${list}[${i}]`),
    ]);
  return [
    ...checkCount(`${path}.add`, add),
    ...checkCount(`${path}.remove`, remove),
    ...nameErrors('add', add),
    ...nameErrors('remove', remove),
    ...(isEnding && add.length > 0
      ? [forbiddenField(`${path}.add`, 'no new finalizers can be added to a pod that is being deleted')]
      : []),
  ];
}

function validateStage(path: string, stage: SimulatedStage): StatusCause[] {
  const { name = '', at, delay, finalizers, events = [], conditions = [], openReadinessGates = false } = stage;
  const isIdle = finalizers === undefined && events.length + conditions.length === 0 && !openReadinessGates;
  return [
    ...violations(isDNS1123Label, `${path}.name`, name),
    ...checkOneOfThese(`${path}.at`, at, STAGE_MOMENTS),
    ...(isIdle ? [requiredField(path, 'must specify one of: finalizers, events, conditions, openReadinessGates')] : []),
    ...validateDuration(`${path}.delay`, delay),
    ...(at === 'Stopped' && delay !== undefined
      ? [forbiddenField(`${path}.delay`, 'a pod that has stopped goes at once')]
      : []),
    ...validateFinalizers(`${path}.finalizers`, stage),
    ...checkCount(`${path}.events`, events),
    ...events.flatMap((event, i) => validateEvent(`${path}.events[${i}]`, event)),
    ...checkCount(`${path}.conditions`, conditions),
    ...conditions.flatMap((condition, i) => validateCondition(`${path}.conditions[${i}]`, condition)),
    ...repeated(
      `${path}.conditions`,
      conditions.map(({ type }) => type),
      'type',
    ),
  ];
}

function checkEvents(path: string, stages: readonly SimulatedStage[]): StatusCause[] {
  const count = stages.reduce((sum, { events = [] }) => sum + events.length, 0);
  return count > MAX_EVENTS
    ? [invalidField(path, `${count} events`, `must have at most ${MAX_EVENTS} events in all stages together`)]
    : [];
}

export const validateStages = (path: string, stages: readonly SimulatedStage[] = []): StatusCause[] =>
  stages.length > MAX_STAGES
    ? [tooManyField(path, stages.length, MAX_STAGES)]
    : [
        ...checkEvents(path, stages),
        ...stages.flatMap((stage, i) => validateStage(`${path}[${i}]`, stage)),
        ...repeated(
          path,
          stages.map(({ name }) => name),
          'name',
        ),
      ];
