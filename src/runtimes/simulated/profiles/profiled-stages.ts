/** The stages that SimulationProfiles give a pod, with their delays drawn and their words filled in. Pure. */
import type { SimulatedStage, SimulationProfile } from '../../../resources/fleet/simulation-profile/types.ts';
import type { PodStage, StagedPod } from '../../runtime.ts';
import { drawDuration, generatorOf } from './draw.ts';
import { fillInWords } from './fill-in.ts';
import { isFor, targetOf } from './match.ts';

function stageOf(pod: StagedPod, profile: SimulationProfile, stage: SimulatedStage, seed: number): PodStage {
  const { name, at, delay, openReadinessGates = false } = stage;
  const { add = [], remove = [], removeAll = false } = stage.finalizers ?? {};
  const key = `${profile.metadata.name}/${name}`;
  const random = generatorOf(profile.spec?.seed ?? seed, pod.uid, 'stage', key);
  const words = { pod: pod.name, namespace: pod.namespace, node: pod.nodeName };
  return {
    ...{ key, at, addFinalizers: add, removeFinalizers: removeAll ? 'all' : remove },
    delayMs: delay === undefined ? 0 : drawDuration(delay, random),
    events: (stage.events ?? []).map(({ type, reason, message = '' }) => ({
      ...{ type: type === 'Warning' ? 'Warning' : 'Normal', reason, message: fillInWords(message, words) },
    })),
    conditions: [
      ...(openReadinessGates ? pod.readinessGates.map((type) => ({ type, status: 'True' })) : []),
      ...(stage.conditions ?? []).map(({ type, status = 'True', reason, message }) => ({
        ...{ type, status },
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message: fillInWords(message, words) }),
      })),
    ],
  };
}

/** Those of the profile that comes first are last: they have the last word on a condition. */
export const profiledStages = (profiles: readonly SimulationProfile[], pod: StagedPod, seed: number): PodStage[] =>
  profiles
    .filter(
      (profile) =>
        profile.spec?.stages !== undefined && pod.containers.some((one) => isFor(profile, targetOf(pod, one))),
    )
    .reverse()
    .flatMap((profile) => (profile.spec?.stages ?? []).map((stage) => stageOf(pod, profile, stage, seed)));
