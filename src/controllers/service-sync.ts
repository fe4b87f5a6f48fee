/**
 * The part that both controllers of endpoints share: which services a batch of keys is about, which pods they select,
 * and which of them need no look, because neither they nor their pods changed since the last one, or because that was
 * just now and they have many pods.
 */
import pLimit from 'p-limit';
import { toError } from '../errors.ts';
import type { BatchReconciler, ReconcileContext, ReconcileResult } from '../queue/reconciler.ts';
import type { Trigger } from '../registry/registry.ts';
import type { Service } from '../resources/core/service.ts';
import type { ObjectKey } from '../values/object.ts';
import type { ControllerContext } from './controller.ts';
import { same } from './equality.ts';
import type { Pod } from './kinds/pod.ts';
import { LookPace } from './look-pace.ts';
import { namespacedKey, parseKey, podsNamespace } from './namespaced-key.ts';
import type { Results } from './results.ts';
import { selectedPods } from './selected-pods.ts';
import { type Look, ServiceLooks } from './service-looks.ts';
import type { PodInfo } from './views/pod-info.ts';
import { hasOwnEndpoints, type ServiceInfo, wantsZoneHints } from './views/service-info.ts';
import type { Views } from './views/views.ts';
import { onSelectedPodChange } from './workload-triggers.ts';

const AT_ONCE = 8;

export interface ServiceLook {
  readonly service: ServiceInfo;
  readonly pods: readonly PodInfo[];
  /** When the first of what changed since the last look did, in milliseconds, for those who write. */
  readonly changedAt: () => number | undefined;
}

export interface ServiceSync {
  /** Brings what is stored in line with the pods. */
  readonly sync: (look: ServiceLook, run: ReconcileContext) => Promise<ReconcileResult>;
  readonly gone: (key: ObjectKey, run: ReconcileContext) => Promise<void>;
  /** Services that a key is about which names none of them nor a namespace. */
  readonly servicesOf?: (key: string) => readonly ServiceInfo[] | undefined;
  /** What a look reads beside the service and its pods: the same values for as long as they are the same. */
  readonly basisOf?: (service: ServiceInfo, pods: readonly PodInfo[]) => readonly unknown[];
}

/** A service has no generation: its spec is compared. */
export const serviceTriggers = (shard: string): readonly Trigger[] => [
  {
    resource: 'services',
    dueOn: ({ before, after }) => {
      const service = after ?? before;
      const isChanged =
        before === undefined ||
        after === undefined ||
        !same((before as Service).spec, (after as Service).spec) ||
        !same(before.metadata.labels, after.metadata.labels) ||
        wantsZoneHints(before.metadata.annotations) !== wantsZoneHints(after.metadata.annotations);
      return service !== undefined && isChanged ? [{ shard, key: namespacedKey(service) }] : [];
    },
  },
  onSelectedPodChange(shard, ({ spec, status }: Pod) =>
    JSON.stringify([spec.nodeName, status?.phase, status?.podIP, status?.podIPs]),
  ),
];

type Outcome = ReconcileResult | Error;

export function serviceReconciler(name: string, context: ControllerContext, sync: ServiceSync): BatchReconciler {
  const { views } = context;
  const looks = new ServiceLooks(views);
  const pace = new LookPace(context.clock);
  /** What was changed itself is looked at in any case. */
  const restMs = (service: ServiceInfo): number => (looks.knows(service) ? pace.remaining(service.uid) : 0);
  const syncOne = async (look: Look, isForced: boolean, run: ReconcileContext): Promise<Outcome> => {
    if (!isForced && looks.isSeen(look)) {
      return {};
    }
    const { service, pods } = look;
    const outcome = await sync.sync({ service, pods, changedAt: () => looks.changedAt(look) }, run).catch(toError);
    // One that is to be looked at again has not seen everything.
    const isDone = !(outcome instanceof Error) && outcome.requeueAfterMs === undefined;
    isDone ? looks.done(look) : looks.undone(look, !(outcome instanceof Error));
    pace.looked(service.uid, pods.length, !isDone);
    return outcome;
  };
  return {
    name,
    reconcileBatch: async (keys, run) => {
      await views.fresh(run.signal);
      const others = new Map(keys.map(({ key }) => [key, sync.servicesOf?.(key)?.filter(hasOwnEndpoints)]));
      const asked = new Map(keys.map(({ key }) => [key, others.get(key) ?? servicesOf(views, key)]));
      const isOwnKey = (key: string): boolean => others.get(key) === undefined && podsNamespace(key) === undefined;
      const forced = new Set([...asked].flatMap(([key, services]) => (isOwnKey(key) ? services : [])));
      const limit = pLimit(AT_ONCE);
      const outcomes = new Map<ServiceInfo, Outcome>();
      const ready = [...asked.values()].flat().filter((service) => {
        const requeueAfterMs = restMs(service);
        requeueAfterMs > 0 && outcomes.set(service, { requeueAfterMs });
        return !outcomes.has(service);
      });
      const ahead = await lookAtPods(views, ready, sync.basisOf);
      await Promise.all(
        ahead.map((look) =>
          limit(async () => {
            const { service } = look;
            outcomes.set(service, run.signal.aborted ? ABORTED : await syncOne(look, forced.has(service), run));
          }),
        ),
      );
      const results: Results = new Map();
      for (const [key, services] of asked) {
        const isGone = isOwnKey(key) && views.services.get(...nameOf(key)) === undefined;
        results.set(
          key,
          isGone ? await sync.gone(parseKey(key), run).then(() => ({}), toError) : merge(services, outcomes),
        );
      }
      return results;
    },
  };
}

const ABORTED = new Error('stopped');

const nameOf = (key: string): [namespace: string, name: string] => {
  const { namespace, name } = parseKey(key);
  return [namespace, name];
};

function servicesOf(views: Views, key: string): ServiceInfo[] {
  const namespace = podsNamespace(key);
  const service = namespace === undefined ? views.services.get(...nameOf(key)) : undefined;
  const all = namespace === undefined ? [service] : [...views.servicesIn(namespace)];
  return all.filter((one) => one !== undefined).filter(hasOwnEndpoints);
}

/** A namespace's pods are walked once for all its services. */
async function lookAtPods(
  views: Views,
  services: readonly ServiceInfo[],
  basisOf: ServiceSync['basisOf'],
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const namespace of new Set(services.map((service) => service.namespace))) {
    const own = new Set(services.filter((service) => service.namespace === namespace));
    const selectors = [...own].map((service) => [service, { matchLabels: service.spec.selector ?? {} }] as const);
    const selected = await selectedPods(views.podsIn(namespace), selectors);
    looks.push(...[...selected].map(([service, pods]) => ({ service, pods, basis: basisOf?.(service, pods) ?? [] })));
  }
  return looks;
}

function merge(services: readonly ServiceInfo[], outcomes: ReadonlyMap<ServiceInfo, Outcome>): Outcome {
  const own = services.map((service) => outcomes.get(service) ?? {});
  const waits = own.flatMap((outcome) => (outcome instanceof Error ? [] : (outcome.requeueAfterMs ?? [])));
  const error = own.find((outcome) => outcome instanceof Error);
  return error ?? (waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) });
}
