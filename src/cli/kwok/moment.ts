/** At which moment of a pod's life a stage has been: by what it makes of the pod, else by whom it selects. */

import type { Effect } from './effect.ts';
import type { Moment } from './profile.ts';
import type { Requirement, Stage } from './stage.ts';

const PHASES: Readonly<Record<string, Moment>> = {
  ...{ Pending: 'Admitted', Running: 'Running', Succeeded: 'Succeeded', Failed: 'Failed' },
};

const hasFailed = ({ phase, exitCode }: Effect): boolean => phase === 'Failed' || exitCode !== 0;

/** Of a stage that is for pods in a state, that state. */
function selectedMoment({ requirements }: Stage): Moment {
  const find = (isIt: (one: Requirement) => boolean): Requirement | undefined => requirements.find(isIt);
  const isTrue = (type: string) => (one: Requirement) =>
    one.key.includes(`"${type}"`) && one.operator === 'In' && one.values.includes('True');
  if (find(({ key, operator }) => key === '.metadata.deletionTimestamp' && operator === 'Exists') !== undefined) {
    return 'Terminating';
  }
  const phase = find(({ key, operator }) => key === '.status.phase' && operator === 'In')?.values[0];
  const known = phase === undefined ? undefined : PHASES[phase];
  if (find(isTrue('Ready')) !== undefined) {
    return 'Ready';
  }
  if (known !== undefined && known !== 'Admitted') {
    return known;
  }
  return find(isTrue('Initialized')) === undefined ? 'Admitted' : 'Initialized';
}

export function momentOf(stage: Stage, effect: Effect): Moment {
  const { kind } = effect;
  if (kind === 'create' || kind === 'initStart') {
    return 'Admitted';
  }
  if (kind === 'initEnd') {
    return hasFailed(effect) ? 'Failed' : 'Initialized';
  }
  if (kind === 'end') {
    return hasFailed(effect) ? 'Failed' : 'Succeeded';
  }
  return kind === 'start' ? 'Running' : kind === 'stop' ? 'Stopped' : selectedMoment(stage);
}
