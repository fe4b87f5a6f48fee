/** Says on a Fault, and on the pod, that a runtime cannot do what it asks. Once a process, a fault and a runtime. */
import type { Fault } from '../../resources/fleet/fault.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { FAULTS } from './fault-view.ts';
import type { ActiveFault } from './faults.ts';

const TYPE = 'Supported';

/** `what`: the runtime cannot. */
export async function reportUnsupported(
  { registry, clock, faults }: KubeletContext,
  { pod, runtime, emit }: Pick<PodWork, 'pod' | 'runtime' | 'emit'>,
  { name, uid, spec }: ActiveFault,
  what: string,
): Promise<void> {
  const message = `The runtime "${runtime.name}" cannot ${what}`;
  emit('Warning', 'FaultNotSupported', `Fault ${name} (${spec.type}): ${message}`);
  if (!faults.isFirst(`${uid}/${runtime.name}`)) {
    return;
  }
  const change = (fault: Fault): boolean => {
    const conditions = fault.status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === TYPE && status === 'False')) {
      return false;
    }
    const lastTransitionTime = formatTime(clock.now());
    const own = { type: TYPE, status: 'False', reason: 'RuntimeCannot', lastTransitionTime };
    const text = `${message}: pod ${pod.metadata.namespace}/${pod.metadata.name} goes on`;
    fault.status = {
      ...fault.status,
      conditions: [...conditions.filter(({ type }) => type !== TYPE), { ...own, message: text }],
    };
    return true;
  };
  await registry.modify<Fault>(FAULTS, '', name, change, { subresource: 'status', uid });
}
