/**
 * Node lifecycle: silent nodes become Unknown, unready ones are tainted, at the pace their zone allows; recovery takes
 * it all back. Deleting the pods is taint-eviction's. Source: controller/nodelifecycle/node_lifecycle_controller.go.
 */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Trigger } from '../../registry/registry.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Node } from '../kinds/node.ts';
import type { Results } from '../results.ts';
import { type NodeInfo, zoneOf } from '../views/node-info.ts';
import { FleetHealth } from './fleet-health.ts';
import { markPodsNotReady, markUnknown, taintNodes } from './give-up-nodes.ts';
import { HealthGuard } from './health-guard.ts';
import { evictionKey, isGivenUp } from './node-taints.ts';
import { ReadinessEvents } from './readiness-events.ts';
import { RecoveredPods } from './recovered-pods.ts';
import { RegistrationEvents } from './registration-events.ts';
import { SilentNodes } from './silent-nodes.ts';
import { evictionRates, ZonePace } from './zone-pace.ts';

const NAME = 'controller/node-lifecycle';
const MONITOR = 'monitor';
/** Nodes whose conditions or cordon changed: looked at together, soon. */
const CHANGED = 'changed';
const GATHER_MS = 100;

const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) =>
    after !== undefined && health((before ?? BLANK) as Node) !== health(after as Node)
      ? [{ shard: NAME, key: CHANGED, afterMs: GATHER_MS }]
      : [],
};
/** A new node is due at once only if it has something to say, a cordon for one: thousands may join together. */
const BLANK: Pick<Node, 'spec' | 'status'> = {};
const health = ({ spec, status }: Node): string =>
  JSON.stringify([
    spec?.unschedulable,
    spec?.taints?.map(({ key, effect }) => [key, effect]),
    status?.conditions?.map(({ type, status: value }) => [type, value]),
  ]);

export const nodeLifecycleController: ControllerDefinition = {
  name: NAME,
  triggers: [nodeTrigger],
  create: (context) => {
    const monitor = new NodeMonitor(context, context.events('node-controller'));
    const everyMs = context.config.nodeMonitorPeriodMs;
    return {
      reconciler: {
        name: NAME,
        reconcileBatch: async (keys, run) => {
          await monitor.look(run);
          const results: Results = new Map(keys.map(({ key }) => [key, {}]));
          return results.has(MONITOR) ? results.set(MONITOR, { requeueAfterMs: everyMs }) : results;
        },
      },
      periodic: [{ key: MONITOR, everyMs }],
    };
  },
};

class NodeMonitor {
  readonly #context: ControllerContext;
  readonly #emit: Emit;
  readonly #guard: HealthGuard;
  readonly #silent: SilentNodes;
  readonly #pace = new ZonePace();
  readonly #health: FleetHealth;
  readonly #events: ReadinessEvents;
  readonly #registrations: RegistrationEvents;
  readonly #recovered: RecoveredPods;

  constructor(context: ControllerContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
    this.#guard = new HealthGuard(context.config.nodeMonitorGracePeriodMs, context.config.nodeMonitorPeriodMs);
    const { views, clock, nodeLeases } = context;
    this.#health = new FleetHealth(views);
    this.#events = new ReadinessEvents(views);
    this.#registrations = new RegistrationEvents(clock, context.config.nodeMonitorPeriodMs, views);
    this.#silent = new SilentNodes(nodeLeases, clock, views);
    this.#recovered = new RecoveredPods(context, views);
  }

  look(run: ReconcileContext): Promise<void> {
    return this.#recovered.afterwards(() => this.#judge(run), run.lease);
  }

  async #judge({ lease, signal }: ReconcileContext): Promise<void> {
    const { views, clock, config } = this.#context;
    await views.fresh(signal);
    const { nodeMonitorGracePeriodMs, nodeStartupGracePeriodMs } = config;
    const silent = await this.#silent.find(nodeMonitorGracePeriodMs, nodeStartupGracePeriodMs);
    const mayJudge = this.#guard.mayJudge(clock.monotonic(), this.#health.total, silent.length);
    if (mayJudge) {
      await markUnknown(this.#context, silent, lease);
      await views.fresh(signal);
    }
    const isFirst = this.#registrations.tell(this.#emit);
    this.#events.tell(this.#emit, isFirst);
    const nodes = this.#health.troubled();
    const unready = nodes.filter((node) => evictionKey(node) !== undefined);
    await markPodsNotReady(this.#context, this.#emit, unready, lease);
    const evicted = this.#choose(nodes, mayJudge);
    await taintNodes(this.#context, nodes, ({ name }) => evicted.has(name), lease);
  }

  /**
   * Nodes whose NoExecute taint may stand: those that have it, and as many more as the zones' pace allows. None that
   * was silent before, while old leases are not believed: it may have come back as we did.
   */
  #choose(nodes: readonly NodeInfo[], mayJudge: boolean): ReadonlySet<string> {
    const { zones } = this.#health;
    const rates = evictionRates(zones, this.#context.config);
    const allDown = rates.size > 0 && [...zones.values()].every(({ ready }) => ready === 0);
    if (allDown) {
      return new Set();
    }
    const now = this.#context.clock.monotonic();
    const chosen = nodes.filter(
      (node) =>
        evictionKey(node) !== undefined &&
        (isGivenUp(node) ||
          ((mayJudge || node.conditions['Ready'] !== 'Unknown') &&
            this.#pace.take(zoneOf(node), rates.get(zoneOf(node)) ?? 0, now))),
    );
    return new Set(chosen.map(({ name }) => name));
  }
}
