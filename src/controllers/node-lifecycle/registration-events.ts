/**
 * Tells which nodes came and went. So many a second at most: 100,000 nodes may join together, and their statuses go
 * first; the others are told by later looks. Source: node_lifecycle_controller.go, monitorNodeHealth.
 */
import type { Clock } from '../../timing/clock.ts';
import { type Rate, TokenBucket } from '../../timing/token-bucket.ts';
import type { Emit } from '../events.ts';
import type { NodeInfo } from '../views/node-info.ts';

const RATE: Rate = { perSecond: 200, burst: 1_000 };

export class RegistrationEvents {
  readonly #clock: Clock;
  readonly #newMs: number;
  readonly #bucket = new TokenBucket();
  /** Names by UID, of nodes that were told. */
  #known: Map<string, string> | undefined;

  /** `newMs`: nodes that are older at the first look were told by whoever looked before. */
  constructor(clock: Clock, newMs: number) {
    this.#clock = clock;
    this.#newMs = newMs;
  }

  tell(emit: Emit, nodes: readonly NodeInfo[]): void {
    const since = this.#clock.now() - this.#newMs;
    const before = nodes.filter(({ createdAt }) => createdAt < since);
    const known = this.#known ?? new Map(before.map(({ uid, name }) => [uid, name]));
    this.#known = known;
    const mayTell = (): boolean => this.#bucket.take(RATE, this.#clock.monotonic());
    let present = 0;
    for (const { uid, name } of nodes) {
      const isNew = !known.has(uid) && mayTell();
      if (isNew) {
        known.set(uid, name);
        emit(
          subject(name, uid),
          'Normal',
          'RegisteredNode',
          `Node ${name} event: Registered Node ${name} in Controller`,
        );
      }
      present += known.has(uid) ? 1 : 0;
    }
    const there = new Set(present === known.size ? [] : nodes.map(({ uid }) => uid));
    for (const [uid, name] of present === known.size ? [] : known) {
      if (!there.has(uid) && mayTell()) {
        known.delete(uid);
        emit(subject(name, uid), 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
      }
    }
  }
}

const subject = (name: string, uid: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid } });
