/** Leases of nodes that a test looks into, and whose ages it says. */
import type { createKubelet } from '../../../src/kubelet/create-kubelet.ts';

export class KubeletLeases {
  readonly suspended = new Set<string>();
  readonly leased = new Set<string>();
  /** Milliseconds since a node's last renewal, where it matters. */
  readonly ages = new Map<string, number>();
  renewals = 0;

  of(shard: string): Parameters<typeof createKubelet>[0]['nodeLeases'] {
    return {
      adopt: async (_, names) => {
        for (const name of names) {
          this.leased.add(name);
        }
      },
      renewShard: async () => {
        this.renewals += 1;
        return this.leased.size - this.suspended.size;
      },
      setSuspended: async (names, suspended) => {
        for (const name of names) {
          suspended ? this.suspended.add(name) : this.suspended.delete(name);
        }
      },
      ages: async (names) => new Map([...this.ages].filter(([name]) => names.includes(name))),
      olderThan: async () => [],
      shards: async () => [shard],
    };
  }
}
