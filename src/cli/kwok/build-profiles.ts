/** Stages put together: those of one selector are one SimulationProfile. */
import { carryStage } from './carry-stage.ts';
import { type Effect, effectOf } from './effect.ts';
import { durationOf, noteOf, type Part, stagesOf } from './part.ts';
import type { Duration, Profile, Run } from './profile.ts';
import { selectionOf } from './selector.ts';
import type { Note, Stage } from './stage.ts';

export interface Built {
  readonly profiles: readonly Profile[];
  readonly notes: readonly Note[];
}

const STAGES_ANNOTATION = 'fleet.flotilla.dev/kwok-stages';
const NOT_READY = /status:\s*"?False"?\s*\n\s*type:\s*(?:"?Ready\b|\{\{\s*\.type)/;
const MAX_WEIGHT = 1_000_000;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
/** Ends that are chosen by weight; they have one length. */
function runOf(parts: readonly Part[], notes: Note[]): Run | undefined {
  const [first, ...others] = parts;
  if (first === undefined) {
    return undefined;
  }
  const duration = durationOf([first.stage.delay]);
  for (const other of others.filter(({ stage }) => !same(durationOf([stage.delay]), duration))) {
    notes.push(noteOf(other, 'close', 'spec.delay', `runs have one length: that of ${first.stage.name}`));
  }
  const exitCodes = parts.map(({ stage, effect }) => ({
    code: effect.exitCode,
    weight: Math.min(parts.length === 1 ? 1 : stage.weight, MAX_WEIGHT),
  }));
  // Without weights KWOK takes any of them.
  const isEven = exitCodes.every(({ weight }) => weight === 0);
  return { duration, exitCodes: isEven ? exitCodes.map(({ code }) => ({ code, weight: 1 })) : exitCodes };
}

function startOf(parts: readonly Part[], notes: Note[]): Duration | undefined {
  const of = (kind: Effect['kind']): Part[] => parts.filter(({ effect }) => effect.kind === kind);
  const [creates, starts, initStarts] = [of('create'), of('start'), of('initStart')];
  for (const part of creates) {
    notes.push(noteOf(part, 'close', 'spec.delay', 'added to the start of every container'));
  }
  for (const part of [...initStarts.slice(starts.length > 0 ? 0 : 1), ...starts.slice(1)]) {
    const why = 'containers have one start: that of ';
    notes.push(noteOf(part, 'close', 'spec.delay', `${why}${(starts[0] ?? initStarts[0])?.stage.name ?? ''}`));
  }
  const chain = [...creates.slice(0, 1), ...(starts[0] === undefined ? initStarts.slice(0, 1) : starts.slice(0, 1))];
  return chain.length === 0 ? undefined : durationOf(chain.map(({ stage }) => stage.delay));
}

function specOf(parts: readonly Part[], notes: Note[]): Profile['spec'] {
  const of = (kind: Effect['kind']): Part[] => parts.filter(({ effect }) => effect.kind === kind);
  const [first] = parts;
  const start = startOf(parts, notes);
  const run = runOf(of('end'), notes);
  const endsInit = of('start').some(({ effect }) => effect.endsInit);
  const init = runOf(of('initEnd'), notes) ?? (endsInit ? { duration: { constant: '0s' } } : undefined);
  const [stop] = of('stop');
  const stages = stagesOf(parts, notes);
  const priority = Math.min(Math.max(...parts.map(({ stage }) => stage.weight)), 1_000_000_000);
  const isNarrow = first !== undefined && Object.keys(first.selector).length > 0;
  for (const part of isNarrow ? parts.filter(({ stage }) => stage.weight > 1) : []) {
    notes.push(noteOf(part, 'close', 'spec.weight', 'taken as a priority over stages of other selectors'));
  }
  return {
    ...(isNarrow ? { priority: Math.max(priority, 1), selector: first.selector } : {}),
    ...(start === undefined ? {} : { start }),
    ...(init === undefined ? {} : { init }),
    ...(run === undefined ? {} : { run }),
    ...(stop === undefined ? {} : { stop: { duration: durationOf([stop.stage.delay]) } }),
    ...(stages.length === 0 ? {} : { stages }),
  };
}

/** What keeps a stage from being a part of a profile; undefined: nothing. */
function obstacle(stage: Stage): readonly Note[] | undefined {
  const note = (field: string, degree: Note['degree'], why: string): Note[] => [
    { stage: stage.name, field, degree, why },
  ];
  const isCore = stage.apiGroup === 'v1' || stage.apiGroup === '';
  if (isCore && stage.kind === 'Node') {
    const isFailure = NOT_READY.test(stage.statusTemplate);
    return isFailure
      ? note('spec', 'lost', 'nodes fail by a Fault (docs/faults.md), not by a profile')
      : note('spec', 'kubelet', 'nodes register and send heartbeats by themselves; a KubeletConfig says how often');
  }
  if (!isCore || stage.kind !== 'Pod') {
    return note('spec.resourceRef', 'lost', `profiles are about pods, not about ${stage.kind} of ${stage.apiGroup}`);
  }
  const { refused, isRestart } = selectionOf(stage);
  if (refused.length > 0) {
    return refused.flatMap(({ field, why }) => note(field, 'lost', why));
  }
  if (isRestart) {
    return note('spec', 'kubelet', 'the kubelet restarts containers, with its own back-off');
  }
  return undefined;
}

export function buildProfiles(stages: readonly Stage[], name: string): Built {
  const notes: Note[] = [];
  const groups = new Map<string, Part[]>();
  for (const stage of stages) {
    const why = obstacle(stage);
    const effect = effectOf(stage);
    const carried = carryStage(stage, effect);
    const told = [...effect.notes, ...carried.notes];
    if (why !== undefined || (effect.kind === 'none' && carried.stage === undefined)) {
      const nothing = {
        stage: stage.name,
        field: 'spec',
        degree: 'lost',
        why: 'nothing of it has a counterpart',
      } as const;
      notes.push(...(why ?? [...told, nothing]));
      continue;
    }
    notes.push(...told);
    const { selector } = selectionOf(stage);
    const key = JSON.stringify(selector);
    groups.set(key, [...(groups.get(key) ?? []), { stage, effect, carried: carried.stage, selector }]);
  }
  const profiles = [...groups.values()].map((parts): Profile => {
    const isForAll = Object.keys(parts[0]?.selector ?? {}).length === 0;
    return {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'SimulationProfile' },
      metadata: {
        name: isForAll ? name : `${name}-${parts[0]?.stage.name ?? ''}`,
        annotations: { [STAGES_ANNOTATION]: parts.map(({ stage }) => stage.name).join(',') },
      },
      spec: specOf(parts, notes),
    };
  });
  return { profiles, notes };
}
