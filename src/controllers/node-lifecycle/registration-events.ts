/**
 * Tells which nodes came and went. So many a second at most: 100,000 nodes may join together, and their statuses go
 * first; the others are told by later looks. Source: node_lifecycle_controller.go, monitorNodeHealth.
 */
import type { Clock } from '../../timing/clock.ts';
import { type Rate, TokenBucket } from '../../timing/token-bucket.ts';
import type { Emit } from '../events.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { Views } from '../views/views.ts';

const RATE: Rate = { perSecond: 200, burst: 1_000 };

/** Whoever missed more looks than these has left them to another worker. */
const MISSED_LOOKS = 12;

type Told = Pick<NodeInfo, 'name' | 'createdAt'>;

export class RegistrationEvents {
  readonly #clock: Clock;
  readonly #newMs: number;
  readonly #bucket = new TokenBucket();
  /** By UID: nodes that came and went, and were not told yet. */
  readonly #came = new Map<string, Told>();
  readonly #went = new Map<string, Told>();
  /** While another worker looks nothing is kept for it to tell. */
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `newMs`: nodes that are older at the first look were told by whoever looked before. */
  constructor(clock: Clock, newMs: number, views: Pick<Views, 'onNode'>) {
    this.#clock = clock;
    this.#newMs = newMs;
    views.onNode((now, before) => {
      if (now?.uid !== before?.uid) {
        this.#changed(now, before);
      }
    });
  }

  #changed(now: NodeInfo | undefined, before: NodeInfo | undefined): void {
    const isLooking = this.#clock.monotonic() - this.#lookedAt < MISSED_LOOKS * this.#newMs;
    if (before !== undefined && !this.#came.delete(before.uid) && isLooking) {
      this.#went.set(before.uid, { name: before.name, createdAt: before.createdAt });
    }
    if (now !== undefined && (isLooking || now.createdAt >= this.#clock.now() - this.#newMs)) {
      this.#came.set(now.uid, { name: now.name, createdAt: now.createdAt });
    }
  }

  /** Answers whether this is the first look of this worker, or the first after another one's. */
  tell(emit: Emit): boolean {
    const now = this.#clock.monotonic();
    const isFirst = now - this.#lookedAt >= MISSED_LOOKS * this.#newMs;
    this.#lookedAt = now;
    if (isFirst) {
      this.#forget();
    }
    this.#tellEach(this.#came, (name) => ['RegisteredNode', `Registered Node ${name} in Controller`], emit);
    this.#tellEach(this.#went, (name) => ['RemovingNode', `Removing Node ${name} from Controller`], emit);
    return isFirst;
  }

  #forget(): void {
    const since = this.#clock.now() - this.#newMs;
    this.#went.clear();
    for (const [uid, { createdAt }] of this.#came) {
      if (createdAt < since) {
        this.#came.delete(uid);
      }
    }
  }

  #tellEach(nodes: Map<string, Told>, say: (name: string) => readonly [string, string], emit: Emit): void {
    for (const [uid, { name }] of nodes) {
      if (!this.#bucket.take(RATE, this.#clock.monotonic())) {
        return;
      }
      nodes.delete(uid);
      const [reason, message] = say(name);
      const subject = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } };
      emit(subject, 'Normal', reason, `Node ${name} event: ${message}`);
    }
  }
}
