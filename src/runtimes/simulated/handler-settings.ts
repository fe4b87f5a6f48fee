/** How the probes and hooks of a simulated container go wrong: `probes` and `hooks` of the simulation annotation. */
import { flag, message, number, object } from './settings-fields.ts';

/** A probe fails while all of this holds; times count from the start of the container's attempt. */
export interface ProbeFault {
  /** Milliseconds; 0. */
  readonly afterMs?: number;
  /** Milliseconds; for ever. */
  readonly forMs?: number;
  /** Only in so many first attempts; in all. */
  readonly attempts?: number;
  /** Share of the probes, in [0, 1]; 1. */
  readonly rate?: number;
  /** What the event says; by the probe's kind. */
  readonly output?: string;
  /** By a time-out. */
  readonly timesOut?: boolean;
}
export interface HookSettings {
  /** Milliseconds; 0. */
  readonly takesMs?: number;
  readonly fails?: boolean;
}
export interface HandlerSettings {
  readonly probes?: { readonly startup?: ProbeFault; readonly liveness?: ProbeFault; readonly readiness?: ProbeFault };
  readonly hooks?: { readonly postStart?: HookSettings; readonly preStop?: HookSettings };
}

const fault = object({
  ...{ afterMs: number(0, 1e12), forMs: number(0, 1e12), attempts: number(0, 1e9), rate: number(0, 1) },
  ...{ output: message, timesOut: flag },
});
const hook = object({ takesMs: number(0, 86_400_000), fails: flag });

export const HANDLER_FIELDS = {
  probes: object({ startup: fault, liveness: fault, readiness: fault }),
  hooks: object({ postStart: hook, preStop: hook }),
};
