/** KWOK stages as parts of a simulation profile: those that are no step of a pod's own life become the profile's stages. */
import { formatGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import type { Carried } from './carry-stage.ts';
import type { Effect } from './effect.ts';
import type { Duration, ProfileStage } from './profile.ts';
import type { ProfileSelector } from './selector.ts';
import type { Note, Stage } from './stage.ts';

export interface Part {
  readonly stage: Stage;
  readonly effect: Effect;
  readonly carried: Carried['stage'];
  readonly selector: ProfileSelector;
}

const MAX_STAGES = 32;

export const noteOf = ({ stage }: Pick<Part, 'stage'>, degree: Note['degree'], field: string, why: string): Note => ({
  stage: stage.name,
  ...{ field, degree, why },
});

/** The bounds of delays that follow one another, summed. */
export function durationOf(delays: readonly Stage['delay'][]): Duration {
  const bounds = delays.map(({ ms, jitterMs }) =>
    jitterMs === undefined ? [ms, ms] : jitterMs < ms ? [jitterMs, jitterMs] : [ms, jitterMs],
  );
  const [min, max] = [0, 1].map((i) => bounds.reduce((sum, bound) => sum + (bound[i] ?? 0), 0));
  const text = (ms = 0): string => formatGoDuration(ms);
  return min === max ? { constant: text(min) } : { uniform: { min: text(min), max: text(max) } };
}

const labelOf = (name: string): string =>
  name
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '');

/** Whether the stage has to wait by itself: the delay of any other is already part of the pod's life. */
const waitsItself = ({ effect: { kind }, stage: { delay } }: Part): boolean =>
  (kind === 'none' || kind === 'create') && (delay.ms > 0 || (delay.jitterMs ?? 0) > 0);

export function stagesOf(parts: readonly Part[], notes: Note[]): ProfileStage[] {
  const stages: ProfileStage[] = [];
  for (const part of parts) {
    const { carried, stage, effect } = part;
    if (carried === undefined) {
      continue;
    }
    if (stages.length === MAX_STAGES) {
      notes.push(noteOf(part, 'lost', 'spec.next', `a profile has no more than ${MAX_STAGES} stages`));
      continue;
    }
    if (effect.kind === 'end' && stages.some(({ at }) => at === carried.at)) {
      notes.push(noteOf(part, 'close', 'spec.next', `all is done of the stages that end pods as ${carried.at}`));
    }
    const name = labelOf(stage.name) || 'stage';
    const isTaken = stages.some((one) => one.name === name);
    stages.push({
      name: isTaken ? `${name}-${stages.length}` : name,
      ...carried,
      ...(waitsItself(part) ? { delay: durationOf([stage.delay]) } : {}),
    });
  }
  return stages;
}
