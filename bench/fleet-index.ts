/** The table of `npm run bench:fleet`: the rows of "Speed to reach" of docs/fleet.md, in their order. */
import type { Benchmark } from './benchmark.ts';
import { boundPods } from './benchmarks/fleet/bound-pods.ts';
import { deploymentPods } from './benchmarks/fleet/deployment-pods.ts';
import { fleetNodes } from './benchmarks/fleet/fleet-nodes.ts';
import { heldFleet } from './benchmarks/fleet/held-fleet.ts';
import { schedulerBindings } from './benchmarks/fleet/scheduler-bindings.ts';
import { steadyFleet } from './benchmarks/fleet/steady-fleet.ts';
import { steadyPods } from './benchmarks/fleet/steady-pods.ts';
import { zoneOutage } from './benchmarks/fleet/zone-outage.ts';

export const FLEET_BENCHMARKS: readonly Benchmark[] = [
  fleetNodes,
  boundPods,
  deploymentPods,
  schedulerBindings,
  zoneOutage,
  steadyFleet,
  steadyPods,
  heldFleet,
];
