/** What a fault says of itself; what kubelets find out about it is not in here. Pure. */
import type { Fault, FaultPhase, FaultStatus } from '../../resources/fleet/fault.ts';
import type { FaultReach } from '../../resources/fleet/fault-reach.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { withCondition } from '../conditions.ts';

export interface FaultCounts {
  readonly targets: number;
  readonly affected: number;
}

export const phaseAt = ({ startsAt, endsAt }: FaultReach, nowMs: number): FaultPhase =>
  nowMs >= endsAt ? 'Ended' : nowMs >= startsAt ? 'Active' : 'Pending';

/** That a time can be written of. */
const LAST = Date.parse('9999-12-31T23:59:59Z');

const MESSAGES: Readonly<Record<FaultPhase, string>> = {
  Pending: 'It has not begun',
  Active: 'It goes on',
  Ended: 'Its time is over',
};

export function faultStatus(fault: Fault, reach: FaultReach, counts: FaultCounts, nowMs: number): FaultStatus {
  const phase = phaseAt(reach, nowMs);
  const isAimless = phase !== 'Ended' && counts.targets === 0;
  const active = {
    ...{ type: 'Active', status: phase === 'Active' && !isAimless ? 'True' : 'False' },
    reason: isAimless ? 'NoTargets' : phase,
    message: isAimless ? 'Nothing is meant by it at the moment' : MESSAGES[phase],
  };
  const { generation = 0 } = fault.metadata;
  const own = fault.status?.conditions?.filter(({ type }) => type === 'Active');
  return {
    ...{ phase, observedGeneration: generation, ...counts },
    startTime: formatTime(reach.startsAt),
    ...(reach.endsAt > LAST ? {} : { endTime: formatTime(reach.endsAt) }),
    conditions: withCondition(own, active, nowMs),
  };
}
