/** Says that a runtime cannot do what a Fault asks: on the Fault once a process and a runtime, on each pod once a process. */
import type { Fence } from '../../registry/registry.ts';
import type { Fault } from '../../resources/fleet/fault.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { FAULTS } from './fault-view.ts';
import type { ActiveFault } from './faults.ts';

const TYPE = 'Supported';

/** `what`: the runtime cannot. */
export async function reportUnsupported(
  context: KubeletContext,
  { pod, runtime, emit, fence }: Pick<PodWork, 'pod' | 'runtime' | 'emit' | 'fence'>,
  fault: ActiveFault,
  what: string,
): Promise<void> {
  const { announced, faults } = context;
  const { name, uid, spec } = fault;
  const message = `The runtime "${runtime.name}" cannot ${what}`;
  const told = `${pod.metadata.uid}/unsupported/${uid}`;
  if (announced.get(told) === undefined) {
    announced.set(told, true);
    emit('Warning', 'FaultNotSupported', `Fault ${name} (${spec.type}): ${message}`);
  }
  const text = `${message}: pod ${pod.metadata.namespace}/${pod.metadata.name} goes on`;
  await faults.once(`${uid}/${runtime.name}`, () => markUnsupported(context, fault, text, fence));
}

async function markUnsupported(
  { registry, clock }: KubeletContext,
  { name, uid }: ActiveFault,
  message: string,
  fence: Fence,
): Promise<void> {
  const change = (fault: Fault): boolean => {
    const conditions = fault.status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === TYPE && status === 'False')) {
      return false;
    }
    const lastTransitionTime = formatTime(clock.now());
    const own = { type: TYPE, status: 'False', reason: 'RuntimeCannot', lastTransitionTime, message };
    fault.status = { ...fault.status, conditions: [...conditions.filter(({ type }) => type !== TYPE), own] };
    return true;
  };
  await registry.modify<Fault>(FAULTS, '', name, change, { subresource: 'status', uid, fence });
}
