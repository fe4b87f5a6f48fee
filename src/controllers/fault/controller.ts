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
import { type FaultTarget, FaultTargets } from './targets.ts';

const NAME = 'controller/fault';
const FAULTS = 'faults.fleet.flotilla.dev';
/** Nodes and pods come and go. */
const RECOUNT_MS = 5_000;
/** As many get an event with one look; the status counts all. */
const TOLD_AT_ONCE = 500;

/** Of a fault that this process has looked at. Lost with it: then kubelets notice an end with their next look, in 10 to 20 s. */
interface Seen {
  readonly uid: string;
  readonly generation: number;
  readonly targets: FaultTargets;
  /** Monotonic. Another process has the fault when nobody looks here any more. */
  lookedAt: number;
}
const FORGET_MS = 60_000;
type SeenFaults = Map<string, Seen>;

export const faultController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(FAULTS, NAME, nameKey)],
  create: (context) => {
    const emit = context.events('fault-controller');
    const seen: SeenFaults = new Map();
    followFleet(context, seen);
    const reconcile = async (name: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const stored = await context.registry.find(FAULTS, '', name);
      const fault = stored === undefined ? undefined : decodeObject<Fault>(stored);
      const before = seen.get(name);
      if (before !== undefined && before.uid !== fault?.metadata.uid) {
        seen.delete(name);
        await context.wakeKubelets(before.targets.struck());
      }
      return fault === undefined ? {} : reconcileFault(context, emit, seen, fault, run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

/** Costs nothing while there are no faults. */
function followFleet({ views, clock }: ControllerContext, seen: SeenFaults): void {
  const tell = (to: (targets: FaultTargets) => void): void => {
    for (const [name, { targets, lookedAt }] of seen) {
      clock.monotonic() - lookedAt > FORGET_MS ? seen.delete(name) : to(targets);
    }
  };
  views.onPod((now, before) => seen.size > 0 && tell((targets) => targets.podChanged(now, before)));
  views.onNode((now, before) => seen.size > 0 && tell((targets) => targets.nodeChanged(now, before)));
}

/** The targets of this generation, with all of the fleet in them. */
async function lookAt(
  { views, clock, wakeKubelets }: ControllerContext,
  seen: SeenFaults,
  fault: Fault,
  before: Seen | undefined,
  { signal }: ReconcileContext,
): Promise<FaultTargets> {
  const { name = '', uid = '', generation = 0 } = fault.metadata;
  if (before?.generation === generation) {
    before.lookedAt = clock.monotonic();
    return before.targets;
  }
  const targets = new FaultTargets(fault, views);
  const entry = { uid, generation, targets, lookedAt: clock.monotonic() };
  seen.set(name, entry);
  try {
    await targets.fill(signal);
    await wakeKubelets(targets.struck());
    await wakeKubelets(before?.targets.struck() ?? []);
  } catch (error) {
    before === undefined ? seen.delete(name) : seen.set(name, before);
    throw error;
  }
  // A long look is no absence.
  entry.lookedAt = clock.monotonic();
  return targets;
}

async function reconcileFault(
  context: ControllerContext,
  emit: Emit,
  seen: SeenFaults,
  fault: Fault,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { name = '' } = fault.metadata;
  const before = seen.get(name);
  const targets = await lookAt(context, seen, fault, before, run);
  const now = context.clock.now();
  const isOver = now >= targets.reach.endsAt;
  const held = before?.targets;
  const fresh = isOver ? [] : await targets.hit(now);
  const hit = fresh.filter(({ uid }) => held === targets || held?.holds(uid) !== true);
  const counts = { targets: targets.count, affected: isOver ? 0 : targets.affected };
  const status = faultStatus(fault, targets.reach, counts, now);
  // A process that comes later finds those told of that were hit before it came.
  const isNews = before !== undefined || fault.status?.phase !== 'Active';
  await writeStatus(context.registry, FAULTS, fault, (current) => withTheirs(current, status), run.lease);
  if (isNews) {
    tell(emit, fault, { status, counts }, hit);
  }
  if (isOver) {
    seen.delete(name);
    return {};
  }
  return { requeueAfterMs: nextLook(targets, now) };
}

function nextLook({ reach, nextHitAt }: FaultTargets, now: number): number {
  const next = Math.min(nextHitAt, reach.endsAt);
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
