/** What a SimulationProfile may say. */
import type { StatusCause } from '../../../errors.ts';
import { isDNS1123Label } from '../../../values/name-rules.ts';
import { invalidField, requiredField, tooManyField, violations } from '../../field-errors.ts';
import { checkLabelSelector } from '../../pod/validate-label-selector.ts';
import { validateBounds } from '../../validate-bounds.ts';
import { checkDuration } from './check-one-of.ts';
import type { SimulatedRun, SimulationProfile, SimulationProfileSpec, SimulationSelector } from './types.ts';
import { validateCurve } from './validate-curve.ts';
import { checkWeights, validateDuration } from './validate-duration.ts';
import { validateStages } from './validate-stages.ts';

const MAX_NAMESPACES = 100;
/** Each is tried on every image that pods have. */
const MAX_PATTERNS = 20;
const MAX_PATTERN = 256;
const MAX_LINES = 1_000;
const MAX_LINE = 16_384;

function checkTexts(path: string, texts: readonly string[], most: number, longest: number): StatusCause[] {
  return texts.length > most
    ? [tooManyField(path, texts.length, most)]
    : texts.flatMap((text, i) =>
        text.length > longest
          ? [invalidField(`${path}[${i}]`, `${text.slice(0, 32)}...`, `must be no more than ${longest} characters`)]
          : [],
      );
}

function validateSelector({ namespaces = [], pods, nodes, pool, images = [], containers = [] }: SimulationSelector) {
  const at = 'spec.selector';
  return [
    ...checkTexts(`${at}.namespaces`, namespaces, MAX_NAMESPACES, MAX_PATTERN),
    ...namespaces.flatMap((name, i) => violations(isDNS1123Label, `${at}.namespaces[${i}]`, name)),
    ...checkLabelSelector(`${at}.pods`, pods),
    ...checkLabelSelector(`${at}.nodes`, nodes),
    ...(pool === undefined ? [] : violations(isDNS1123Label, `${at}.pool`, pool)),
    ...checkTexts(`${at}.images`, images, MAX_PATTERNS, MAX_PATTERN),
    ...checkTexts(`${at}.containers`, containers, MAX_PATTERNS, MAX_PATTERN),
  ];
}

const validateRun = (path: string, run: SimulatedRun | undefined): StatusCause[] => [
  ...validateDuration(`${path}.duration`, run?.duration),
  ...checkWeights(`${path}.exitCodes`, run?.exitCodes),
];

/** A main container that never ends has no exit code. */
const checkEnds = ({ run }: SimulationProfileSpec): StatusCause[] =>
  run?.exitCodes !== undefined && run.duration === undefined
    ? [requiredField('spec.run.duration', 'must be specified when `exitCodes` is')]
    : [];

export function validateSimulationProfile({ spec = {} }: SimulationProfile): StatusCause[] {
  const { selector = {}, pull, start, readinessDelay, run, init, stop, usage, logs, stages } = spec;
  return [
    ...validateBounds('dev.flotilla.fleet.v1alpha1.SimulationProfileSpec', spec, 'spec'),
    ...validateSelector(selector),
    ...validateDuration('spec.pull.duration', pull?.duration),
    ...validateDuration('spec.start', start),
    ...validateDuration('spec.readinessDelay', readinessDelay),
    ...validateRun('spec.run', run),
    ...checkEnds(spec),
    ...validateRun('spec.init', init),
    ...validateDuration('spec.stop.duration', stop?.duration),
    ...validateCurve('spec.usage.cpu', usage?.cpu),
    ...validateCurve('spec.usage.memory', usage?.memory),
    ...validateCurve('spec.usage.ephemeralStorage', usage?.ephemeralStorage),
    ...checkDuration('spec.logs.interval', logs?.interval, 10),
    ...checkTexts('spec.logs.lines', logs?.lines ?? [], MAX_LINES, MAX_LINE),
    ...validateStages('spec.stages', stages),
  ];
}
