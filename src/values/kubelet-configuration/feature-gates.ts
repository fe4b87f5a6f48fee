/** What `featureGates` may hold, in the words of Kubernetes. Pure. Source: component-base/featuregate, SetFromMap. */
import { LOCKED_OFF, LOCKED_ON, OPEN } from './feature-gate-names.ts';

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const [open, lockedOn, lockedOff] = [names(OPEN), names(LOCKED_ON), names(LOCKED_OFF)];

function problemOf(name: string, value: boolean): readonly string[] {
  const locked = lockedOn.has(name) ? true : lockedOff.has(name) ? false : undefined;
  if (locked === undefined) {
    return open.has(name) ? [] : [`unrecognized feature gate: ${name}`];
  }
  return value === locked ? [] : [`cannot set feature gate ${name} to ${value}, feature is locked to ${locked}`];
}

export const featureGateProblems = (gates: Readonly<Record<string, boolean>> = {}): readonly string[] =>
  Object.entries(gates).flatMap(([name, value]) => problemOf(name, value));
