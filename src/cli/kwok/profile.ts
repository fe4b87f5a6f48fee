/** A SimulationProfile, as far as stages of KWOK become one. */
import type { ProfileSelector } from './selector.ts';

export type Duration =
  | { readonly constant: string }
  | { readonly uniform: { readonly min: string; readonly max: string } };
export interface Run {
  duration: Duration;
  exitCodes?: { code: number; weight: number }[];
}
export type Moment =
  | ('Admitted' | 'Initialized' | 'Running' | 'Ready')
  | ('Succeeded' | 'Failed' | 'Terminating' | 'Stopped');
export interface ProfileCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
export interface ProfileStage {
  name: string;
  at: Moment;
  delay?: Duration;
  finalizers?: { add?: string[]; remove?: string[]; removeAll?: boolean };
  events?: { type: string; reason: string; message: string }[];
  conditions?: ProfileCondition[];
  openReadinessGates?: true;
}
export interface Profile {
  readonly apiVersion: 'fleet.flotilla.dev/v1alpha1';
  readonly kind: 'SimulationProfile';
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    priority?: number;
    selector?: ProfileSelector;
    start?: Duration;
    init?: Run;
    run?: Run;
    stop?: { duration: Duration };
    stages?: ProfileStage[];
  };
}
