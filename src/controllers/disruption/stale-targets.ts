/**
 * A pod that was to be disrupted and stayed is no target any more after two minutes.
 * Source: controller/disruption/disruption.go, syncStalePodDisruption.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import { type Condition, findCondition, observed, withoutCondition } from '../conditions.ts';
import type { ControllerDefinition } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { isFinished } from '../views/pod-info.ts';

const NAME = 'controller/stale-disruption';
const TYPE = 'DisruptionTarget';
const TIMEOUT_MS = 120_000;

/** The condition of a pod that may turn out to stay. A kubelet's own never does: it ends the pod itself. */
export function pendingTarget(object: KubeObject | undefined): Condition | undefined {
  const { metadata, status } = (object ?? { metadata: {} }) as Pod;
  const condition = findCondition(status?.conditions, TYPE);
  const isOver = metadata.deletionTimestamp !== undefined || isFinished({ phase: status?.phase ?? '' });
  const isTarget = condition?.status === 'True' && condition.reason !== 'TerminationByKubelet';
  return isTarget && !isOver ? condition : undefined;
}

const podTrigger: Trigger = {
  resource: 'pods',
  dueOn: ({ before, after }) =>
    after !== undefined && pendingTarget(after) !== undefined && pendingTarget(before) === undefined
      ? [{ shard: NAME, key: namespacedKey(after), afterMs: TIMEOUT_MS }]
      : [],
};

export const staleDisruptionController: ControllerDefinition = {
  name: NAME,
  triggers: [podTrigger],
  create: ({ registry, clock }) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (key, { lease }) => {
        const { namespace, name } = parseKey(key);
        let waitMs: number | undefined;
        const change = (pod: Pod): boolean => {
          const since = pendingTarget(pod)?.lastTransitionTime;
          const left = (parseTime(since) ?? 0) + TIMEOUT_MS - clock.now();
          waitMs = since !== undefined && left > 0 ? left : undefined;
          if (pendingTarget(pod) === undefined || waitMs !== undefined) {
            return false;
          }
          const lastTransitionTime = formatTime(clock.now());
          const spared = { type: TYPE, ...observed(pod.metadata), status: 'False', lastTransitionTime };
          pod.status = { ...pod.status, conditions: [...withoutCondition(pod.status?.conditions, TYPE), spared] };
          return true;
        };
        await registry.modify<Pod>('pods', namespace, name, change, { subresource: 'status', fence: lease });
        return waitMs === undefined ? {} : { requeueAfterMs: waitMs };
      },
    }),
  }),
};
