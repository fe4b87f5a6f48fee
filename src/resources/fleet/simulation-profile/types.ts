/** fleet.flotilla.dev/v1alpha1 SimulationProfile, as its fields are. Durations are Go's, amounts are quantities. */
import type { LabelSelector } from '../../../values/label-selector.ts';
import type { KubeObject } from '../../../values/object.ts';

export interface SimulationSelector {
  namespaces?: string[];
  pods?: LabelSelector;
  nodes?: LabelSelector;
  pool?: string;
  images?: string[];
  containers?: string[];
}
export interface WeightedDuration {
  value: string;
  weight?: number;
}
export interface SimulatedDuration {
  constant?: string;
  uniform?: { min: string; max: string };
  normal?: { mean: string; stdDev: string };
  exponential?: { mean: string };
  logNormal?: { median: string; sigma: number };
  choice?: WeightedDuration[];
  min?: string;
  max?: string;
}
export interface WeightedExitCode {
  code: number;
  weight?: number;
}
export interface SimulatedRun {
  duration?: SimulatedDuration;
  exitCodes?: WeightedExitCode[];
}
export interface UsageCurve {
  constant?: string;
  sine?: { base: string; amplitude: string; period: string; phase?: number };
  ramp?: { from: string; to: string; duration: string };
  noise?: string;
}
/** What a pod has come to. `Running`: a main container was started. `Stopped`: deleted, and all its containers ended. */
export const STAGE_MOMENTS = [
  ...(['Admitted', 'Initialized', 'Running', 'Ready', 'Succeeded', 'Failed', 'Terminating', 'Stopped'] as const),
];
export type StageMoment = (typeof STAGE_MOMENTS)[number];
export interface SimulatedEvent {
  type?: string;
  reason: string;
  message?: string;
}
export interface SimulatedCondition {
  type: string;
  status?: string;
  reason?: string;
  message?: string;
}
export interface SimulatedStage {
  name: string;
  at: StageMoment;
  delay?: SimulatedDuration;
  finalizers?: { add?: string[]; remove?: string[]; removeAll?: boolean };
  events?: SimulatedEvent[];
  conditions?: SimulatedCondition[];
  openReadinessGates?: boolean;
}
export interface SimulationProfileSpec {
  priority?: number;
  seed?: number;
  selector?: SimulationSelector;
  pull?: { duration?: SimulatedDuration; failureRate?: number; failureMessage?: string };
  start?: SimulatedDuration;
  readinessDelay?: SimulatedDuration;
  run?: SimulatedRun;
  init?: SimulatedRun;
  stop?: { duration?: SimulatedDuration; exitCode?: number };
  usage?: { cpu?: UsageCurve; memory?: UsageCurve; ephemeralStorage?: UsageCurve };
  logs?: { interval?: string; lines: string[] };
  stages?: SimulatedStage[];
}
export interface SimulationProfile extends KubeObject {
  spec?: SimulationProfileSpec;
  status?: { observedGeneration?: number };
}
