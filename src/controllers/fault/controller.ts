/**
 * fleet.flotilla.dev Fault: wakes the kubelets of its targets when it is made, changed or deleted, counts whom it has hold
 * of, and says so on them. It makes nothing fail itself: that is the kubelets', who see the same Fault and agree by
 * `fault-reach.ts`. They look again by themselves when it begins, widens and ends.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { Fault, FaultStatus } from '../../resources/fleet/fault.ts';
import { faultMeaning } from '../../resources/fleet/fault-types.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';
import { writeStatus } from '../write-status.ts';
import { type FaultCounts, faultStatus } from './status.ts';
import { type FaultTarget, type FaultTargets, targetsOf } from './targets.ts';

const NAME = 'controller/fault';
const FAULTS = 'faults.fleet.flotilla.dev';
/** Nodes and pods come and go. */
const RECOUNT_MS = 5_000;
/** As many get an event with one look; the status counts all. */
const TOLD_AT_ONCE = 500;

/** Of a fault that this process has seen. Lost with it: then kubelets notice an end with their next look, in 10 to 20 s. */
interface Seen {
  readonly uid: string;
  readonly generation: number;
  readonly struck: readonly FaultTarget[];
  /** UIDs of targets that it has hold of. */
  readonly held: ReadonlySet<string>;
}

export const faultController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(FAULTS, NAME, nameKey)],
  create: (context) => {
    const emit = context.events('fault-controller');
    const seen = new Map<string, Seen>();
    const reconcile = async (name: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const stored = await context.registry.find(FAULTS, '', name);
      const fault = stored === undefined ? undefined : decodeObject<Fault>(stored);
      const before = seen.get(name);
      if (before !== undefined && before.uid !== fault?.metadata.uid) {
        seen.delete(name);
        await context.wakeKubelets(before.struck);
      }
      return fault === undefined ? {} : reconcileFault(context, emit, seen, fault, run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

async function reconcileFault(
  context: ControllerContext,
  emit: Emit,
  seen: Map<string, Seen>,
  fault: Fault,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { name = '', uid = '', generation = 0 } = fault.metadata;
  const targets = await targetsOf(fault, context.views);
  const now = context.clock.now();
  const before = seen.get(name);
  if (before?.generation !== generation) {
    await context.wakeKubelets(targets.struck);
    await context.wakeKubelets(before?.struck ?? []);
  }
  const isOver = now >= targets.reach.endsAt;
  const hit = isOver ? [] : targets.struck.filter(({ hitAt }) => now >= hitAt);
  const counts = { targets: targets.count, affected: hit.length };
  const status = faultStatus(fault, targets.reach, counts, now);
  // A process that comes later finds those told of that were hit before it came.
  const isNews = before !== undefined || fault.status?.phase !== 'Active';
  seen.set(name, { uid, generation, struck: targets.struck, held: new Set(hit.map((target) => target.uid)) });
  await writeStatus(context.registry, FAULTS, fault, (current) => withTheirs(current, status), run.lease);
  if (isNews) {
    tell(
      emit,
      fault,
      { status, counts },
      hit.filter((target) => before?.held.has(target.uid) !== true),
    );
  }
  if (isOver) {
    seen.delete(name);
    return {};
  }
  return { requeueAfterMs: nextLook(targets, now) };
}

function nextLook({ reach, struck }: FaultTargets, now: number): number {
  const next = struck.reduce((first, { hitAt }) => (hitAt > now ? Math.min(first, hitAt) : first), reach.endsAt);
  const until =
    now < reach.startsAt ? reach.startsAt : Math.min(Math.max(next, now + 1_000), now + RECOUNT_MS, reach.endsAt);
  // A timer of 24 days and more is none.
  return Math.min(Math.max(1, until - now), 3_600_000);
}

/** Kubelets say there what their runtimes cannot do, of this generation. */
function withTheirs({ status: current }: Fault, status: FaultStatus): FaultStatus {
  const theirs = current?.conditions?.filter(({ type }) => type !== 'Active') ?? [];
  const seenOf = current?.observedGeneration ?? status.observedGeneration;
  const kept = seenOf === status.observedGeneration ? theirs : [];
  return { ...status, conditions: [...(status.conditions ?? []), ...kept] };
}

function tell(
  emit: Emit,
  fault: Fault,
  { status, counts }: { status: FaultStatus; counts: FaultCounts },
  fresh: readonly FaultTarget[],
): void {
  const { name } = fault.metadata;
  const { type = '' } = fault.spec ?? {};
  const meaning = faultMeaning(type);
  for (const target of fresh.slice(0, TOLD_AT_ONCE)) {
    const message = `Fault ${name} (${type}): ${target.label} ${meaning?.does ?? 'fails'} by order`;
    emit(target.subject, 'Warning', 'FaultInjected', message);
  }
  if (status.phase !== fault.status?.phase && status.phase !== undefined && status.phase !== 'Pending') {
    const { affected, targets } = counts;
    const reason = status.phase === 'Active' ? 'FaultStarted' : 'FaultEnded';
    emit(fault, 'Normal', reason, `${type}: ${affected} of ${targets} ${meaning?.subject ?? 'node'}s are affected`);
  }
}
