/** What a pass leaves for the next one, in the pod's due row: progress that no status shows. Losing it only delays. */
import type { HookNotes } from './hooks/post-start.ts';
import type { ProbeState } from './probes/probe-state.ts';
import type { StopNotes } from './termination/stop-containers.ts';

export interface SlowStart {
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface PodNote {
  /** By `<container>/<probe type>`. */
  readonly probes?: Readonly<Record<string, ProbeState>>;
  /** By container. */
  readonly hooks?: HookNotes;
  readonly stops?: StopNotes;
  /** By container: starts that a fault holds back. */
  readonly slow?: Readonly<Record<string, SlowStart>>;
}

export const parseNote = (text: string | undefined): PodNote =>
  text === undefined ? {} : (JSON.parse(text) as PodNote);

/** undefined: there is nothing to remember. */
export function formatNote(note: PodNote): string | undefined {
  const parts = Object.entries(note).filter(([, part]) => Object.keys(part).length > 0);
  return parts.length === 0 ? undefined : JSON.stringify(Object.fromEntries(parts));
}
