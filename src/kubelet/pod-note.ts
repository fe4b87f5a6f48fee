/** What a pass leaves for the next one, in the pod's due row: progress that no status shows. Losing it only delays. */
import type { ProbeState } from './probes/probe-state.ts';

export interface PodNote {
  /** By `<container>/<probe type>`. */
  readonly probes?: Readonly<Record<string, ProbeState>>;
}

export const parseNote = (text: string | undefined): PodNote =>
  text === undefined ? {} : (JSON.parse(text) as PodNote);

/** undefined: there is nothing to remember. */
export function formatNote({ probes = {} }: PodNote): string | undefined {
  return Object.keys(probes).length === 0 ? undefined : JSON.stringify({ probes });
}
